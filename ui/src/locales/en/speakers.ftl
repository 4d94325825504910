### The speakers of an event.

speakers-none = No speakers yet
speakers-none-hint = Add whoever will be on stage. Each gets a link into the green room: by mail, or from you.
speakers-new = New speaker
speakers-add = Add speaker
speakers-email-hint = For the invitation; nobody else sees it. Without one you hand over the link yourself.
speakers-no-headline = No headline yet
speakers-no-session = In no session yet
speakers-came = Was in the green room
speakers-invited = Invited { $when }
speakers-not-invited = Not invited yet
speakers-no-email = No e-mail address
speakers-invite = Send invitation
speakers-again = Send again
speakers-make-link = Make a link
speakers-new-link = New link
speakers-link-made = Link made { $when }
speakers-link-told = The link for { $name } is ready to be copied.
speakers-invited-told = { $name } gets a link into the green room by mail.
speakers-link = Link into the green room
speakers-link-hint = The link from the mail, to hand over by another way. Whoever has it comes in as this speaker.
speakers-link-hint-alone = Hand it over in the way that suits you. Whoever has it comes in as this speaker. It is shown until you leave this page; you can make a new one at any time.
speakers-headline = Headline
speakers-headline-hint = Staff engineer, Tidewater
speakers-biography = Biography
speakers-picture = Choose a picture
speakers-picture-of = Choose a picture of { $name }
