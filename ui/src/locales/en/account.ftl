### Signing in, and what a person finds afterwards.

account-title = Sign in with your e-mail
account-lead = For your tickets, and for the events that you organize. No password: you get a link.
account-email = E-mail address
account-server = Server
account-server-hint = The address that the event’s page has in the browser.
account-start = Send me a link
account-sending = Sending…
account-look = Look in your mail
account-sent = A link is on its way to
account-open = Open it on this computer, or copy it from another one and paste it here. It holds only for a short while.
account-link = Link from the mail
account-confirm = Sign in
account-confirming = Signing in…
account-change = Another address
account-or = or
# $name: what the provider of accounts is called
account-provider = Continue with { $name }
account-browser = Go on in your browser
account-browser-open = Sign in there with
account-browser-back = It brings you back here when you are done.
account-browser-link = Link from the browser
account-browser-link-hint = Only if nothing happens: copy the address of the last page and paste it here.
account-other-way = Another way
account-browse-again = Open the page again
account-where = Sign in at this server?
account-where-hint = This link was not asked for on this computer. Whoever sent it may see what you do there. Go on only if you made it yourself or know who did.
account-where-no = Do not sign in
account-where-yes = Sign in there
account-sign-out = Sign out
account-invite = I have an invite link
account-back = Back to my events

account-page = Your account
account-you = You
account-name = Name
account-name-hint = What others read beside what you say and do.

account-logins = Where you are signed in
account-logins-hint = Is one of these not yours? Sign it out: nothing can be done in your name there any more.
account-devices = Devices
account-device = Device
account-since = Signed in
account-seen = Last seen
account-now = Now
account-this = This computer
account-unnamed = A device without a name
# $device: what a device calls itself
account-end-named = Sign out { $device }
account-ended = “{ $device }” is signed out.
account-others = Sign out everywhere else
account-others-ask = Sign out everywhere else?
# $count: other devices
account-others-hint = { $count ->
    [one] One other device has to sign in again before it can do anything in your name.
   *[other] { $count } other devices have to sign in again before they can do anything in your name.
} This computer stays signed in. Whoever is inside an event there is sent out of it.
account-others-yes = Sign them out
account-others-ended = You are signed in on this computer alone.

account-data = Your data
account-download = Download my data
account-download-hint = Everything that this server knows of you, as one file that you can read: tickets and answers, what you wrote, devices, mail.
account-downloading = Gathering it…
account-downloaded = Your data is saved.
account-erase = Erase me…
account-erase-hint = The server forgets who you are, and so does this computer. You see what that means before anything happens.
account-erase-ask = Erase everything about you?
account-erase-lead = This happens at once and cannot be undone, neither by you nor by whoever runs the server.
account-goes = This goes
account-goes-name = Your name, your address, and every sign-in on every device
account-goes-tickets = Your tickets stop working; your answers and your places on waiting lists go
account-goes-words = What you wrote in chats, and your name wherever it stands in an event
account-goes-speaker = Your text and picture as a speaker
account-goes-staff = Your place in organisations, and letters to you that the server keeps
account-goes-here = On this computer: what it kept to be read offline, and what you typed and did not save
account-stays = This stays
account-stays-seat = That somebody had your seat, and what was paid for it; nobody can tell that it was you
account-stays-events = Events that you made: they belong to their organisation
account-stays-others = What others have: mails that were sent, and what the payment service keeps
account-stays-ban = Where you are banned from an event: a mark by which your address is known there again, and by nothing else, until the ban is lifted
account-stays-backups = Backups of the server, until they are replaced
# $names: organisations
account-erase-owner = You own { $names }. Where you are the only owner, make somebody else one first: otherwise nothing is erased.
# $email: the person's address
account-erase-type = To go on, type your address: { $email }
account-erase-yes = Erase me
account-erasing = Erasing…
account-erased = Done. The server has forgotten you, and so has this computer. Thank you for having been there.
account-erased-there = The server has forgotten you. This computer could not delete what it kept: make some space on its disk, then sign in and out once more.
