### An event at a glance.

overview-about = About
overview-saves = Saved when you leave a field
overview-name = Title
overview-summary = In one line
overview-summary-hint = Stands under the title, and in previews of the link.
overview-description = Description
overview-when = When
overview-ends = Ends
overview-moves = The agenda moves with it.
overview-move = Move the event
overview-move-ask = Move the event?
overview-move-explained = It will start on { $when }, and every session moves by as much. { $count ->
    [0] Nobody is registered yet.
    [one] The one who is registered gets a mail.
   *[other] All { $count } who are registered get a mail.
}
overview-access = Access
overview-slug = Address of the page
overview-slug-hint = Letters, figures and hyphens. Links to an address that a published event had before lead here; after 30 days another event may take it.
overview-slug-follows = Made of the title, and changes with it until you write your own or publish.
overview-slug-taken = Another event has this address. Choose another one.
overview-slug-wrong = Use letters from a to z, figures and hyphens, 80 at the most.
overview-capacity = Places
overview-capacity-hint = Empty: no limit.
overview-device = One device per ticket
overview-device-hint = Signing in on a second device signs the first one out.
overview-link = Public page
overview-link-hint = Anyone with this link can read about the event and register.
overview-link-later = Works as soon as the event is published.
overview-checks = Before you publish
overview-check-done = (done)
overview-fix = Mend it
overview-see = Go there
overview-blocked = Publishing needs a date that is still to come and a ticket that people can see.
check-event-date = The date is still to come
    .missing = The date has passed
check-event-summary = There is a line about it
    .missing = Write a line about it
check-event-agenda = There is an agenda
    .missing = The agenda is empty
check-event-tickets = There is a ticket
    .missing = There is no ticket to register for
check-event-speakers = Speakers are invited
    .missing = Some speakers are not invited yet
check-event-colours = The colours can be read
    .missing = The colours are hard to read
overview-in = In { $unit ->
    [days] { $count } days
    [hours] { $count } h { $rest } min
   *[minutes] { $count ->
        [one] one minute
       *[other] { $count } minutes
    }
}
overview-is-due = Due to start
overview-is-live = Live now
overview-is-ended = Ended
overview-is-archived = Archived
overview-is-cancelled = Cancelled
overview-publish = Publish
    .done = Published. The public page is open for registration, and whoever you added before gets their ticket now.
overview-start = Start the event
    .done = Started. Everybody with a ticket can come in.
overview-start-ask = Start the event now?
    .why = The doors open now for { $count ->
        [one] the one person
       *[other] all { $count } people
    } with a ticket; by themselves they open { $minutes } minutes before the start.
overview-end = End the event
    .done = Ended. The doors are closed: only your organisation can still come in.
overview-end-ask = End the event for everybody?
    .why = Everybody in its rooms is sent out and shown that it is over, speakers too, and only your organisation can still come in. You can go on with it afterwards if that was too early.
overview-resume = Go on
    .done = On again. Everybody with a ticket can come in.
overview-archive = Archive
    .done = Archived. It can be read, and no longer changed.
overview-archive-ask = Archive the event?
    .why = It stays readable for your organisation. Nothing can be changed or said in its rooms any more, and this cannot be undone.
overview-enter = Enter
overview-more = More
overview-no = No
overview-not-yet = Not yet
overview-duplicate = Duplicate
overview-copy-of = { $title } (copy)
overview-template = Save as template
overview-template-ask = Save as a template?
    .why = Agenda, rooms, run of show, scenes, polls, mails, lengths, tickets, questions and colours become a template of your organisation. People do not.
overview-template-name = Name of the template
overview-template-save = Save template
overview-template-saved = Saved. New events can begin with it.
overview-unpublish = Unpublish
    .done = Unpublished. Nobody can see it or register for it now.
    .late = Somebody has registered meanwhile, so the event stays published. To call it off, cancel it: whoever is registered gets a mail.
overview-cancel = Cancel the event
overview-cancel-ask = Cancel the event?
    .why = { $count ->
        [0] Nobody is registered yet.
        [one] The one who is registered gets a mail.
       *[other] All { $count } who are registered get a mail.
    } Whoever is in its rooms is sent out, and only your organisation can still come in. This cannot be undone.
overview-cancel-reason = Reason, for the mail (may stay empty)
overview-cancel-money = Give back all that was paid
    .why = The mail says whether the money goes back. It goes one after the other; how far it is stands under Tickets.
overview-cancel-money-not-yours = What was paid stays until somebody who may give refunds gives it back. The mail says so.
overview-cancelled-told = Cancelled. Everybody who is registered is told by mail.
overview-cancelled-back = Cancelled. Everybody who is registered is told by mail, and what was paid goes back now.
overview-delete = Delete
overview-delete-ask = Delete the event?
    .why = It disappears for everybody. For 30 days it can be taken back from the list of deleted events.
