# Mails. Each kind has a subject, a preheader (what a list of mails shows after the subject), a body (blank lines separate paragraphs)
# and what its button says.
#
# $name is the recipient, $event the event's title, $when when it begins, $ticket what the ticket is called.

mail-greeting = Hello { $name },
mail-greeting-nameless = Hello,

mail-magic-link-subject = Sign in to Houselights
mail-magic-link-preheader = Your link to sign in
mail-magic-link-body =
    You asked to sign in. Open the link on the device where Houselights waits for you; it works once, and not for long.

    If it was not you, there is nothing to do: without the link nobody gets in.
mail-magic-link-button = Sign in

mail-confirmation-subject = You are registered: { $event }
mail-confirmation-preheader = { $when }
mail-confirmation-body =
    You are registered for { $event }. We look forward to seeing you.

    Keep this mail: its link takes you in when it begins. Sign in to the app with this address to put your own agenda together before that.
mail-confirmation-button = Open the event

mail-waiting-subject = You are on the waiting list: { $event }
mail-waiting-preheader = We write as soon as a place is free
mail-waiting-body =
    All places for { $event } are taken just now, and you are on the waiting list.

    As soon as a place is free we write to you; there is nothing to do until then.
mail-waiting-button = See your registration

mail-place-free-subject = A place for you: { $event }
mail-place-free-preheader = You are off the waiting list
mail-place-free-body = A place for { $event } has become free, and it is yours: you are registered.
mail-place-free-button = Open the event

# $until is until when the place is kept.
mail-place-free-until-subject = A place for you: { $event }
mail-place-free-until-preheader = It is kept until { $until }
mail-place-free-until-body = A place at { $event } is kept for you until { $until }. Pay by then to make it yours; after that somebody else may get it.
mail-place-free-until-button = Take the place

mail-payment-under-way-subject = Your payment is under way: { $event }
mail-payment-under-way-preheader = Your place is kept until it arrives
mail-payment-under-way-body = Your payment for { $event } is under way. The way you chose to pay can take some days; your place is kept until then. Your ticket comes by mail once the money is here.
mail-payment-under-way-button = See the event

mail-payment-failed-subject = Your payment did not go through: { $event }
mail-payment-failed-preheader = You have no place yet
mail-payment-failed-body = Your payment for { $event } did not go through, so the place that was kept for you is free again. If you still want to come, register again on the event’s page.
mail-payment-failed-button = See the event

mail-place-ran-out-subject = Your place was not paid in time: { $event }
mail-place-ran-out-preheader = It is free again
mail-place-ran-out-body = A place at { $event } was kept for you and not paid in time, so it is free again. If you still want to come, register again on the event’s page.
mail-place-ran-out-button = See the event

mail-reminder-day-subject = Tomorrow: { $event }
mail-reminder-day-preheader = { $when }
mail-reminder-day-body = { $event } begins in a day.
mail-reminder-day-button = Open the event

mail-reminder-hour-subject = In an hour: { $event }
mail-reminder-hour-preheader = { $when }
mail-reminder-hour-body =
    { $event } begins in an hour.

    A good moment to open Houselights and see that picture and sound are as they should be.
mail-reminder-hour-button = Open the event

mail-reminder-minutes-subject = About to begin: { $event }
mail-reminder-minutes-preheader = The doors are open
mail-reminder-minutes-body = { $event } begins in a few minutes.
mail-reminder-minutes-button = Enter now

# $session is the title of one that the person picked.
mail-reminder-session-subject = About to begin: { $session }
mail-reminder-session-preheader = { $when }
mail-reminder-session-body = “{ $session }”, which you picked at { $event }, begins in a few minutes.
mail-reminder-session-room = It takes place in this room: { $room }.
mail-reminder-session-button = Enter now

# $session is the title of what the person speaks in.
mail-reminder-speaker-day-subject = Tomorrow you speak: { $session }
mail-reminder-speaker-day-preheader = { $when }
mail-reminder-speaker-day-body =
    “{ $session }”, in which you speak at { $event }, begins in a day.

    The link leads to the green room. A good moment to see that picture and sound are as they should be.
mail-reminder-speaker-day-button = Open the green room

mail-reminder-speaker-hour-subject = In an hour you speak: { $session }
mail-reminder-speaker-hour-preheader = { $when }
mail-reminder-speaker-hour-body = “{ $session }”, in which you speak at { $event }, begins in an hour. You can be in the green room before that.
mail-reminder-speaker-hour-button = Open the green room

mail-reminder-speaker-minutes-subject = You speak in a few minutes: { $session }
mail-reminder-speaker-minutes-preheader = { $when }
mail-reminder-speaker-minutes-body = “{ $session }”, in which you speak at { $event }, begins in a few minutes.
mail-reminder-speaker-minutes-button = Enter the green room

mail-changed-subject = Changed: { $event }
mail-changed-preheader = It begins on { $when }
mail-changed-body = Something about { $event } has changed. Your registration stays as it is.
mail-changed-button = Open the event

# $was is what held before.
mail-change-time = The event has a new time, which stands below. It was to begin on { $was }.
mail-change-end = The event ends at another time: { $when }.
# $zone and $was are time zones, as in Europe/Berlin.
mail-change-time-zone = The event is in another time zone now, { $zone } instead of { $was }: look at the times again.
mail-change-title = The event has a new title. It was called “{ $was }”.
mail-change-session-time = “{ $session }” has a new time: { $when }.
mail-change-session-end = “{ $session }” ends at another time: { $when }.
mail-change-session-title = “{ $was }” has a new title: “{ $session }”.
mail-change-session-room = “{ $session }” is in another room: { $room }.
mail-change-session-no-room = “{ $session }” is not in a room of its own any more.
mail-change-session-speakers = Who speaks in “{ $session }” has changed: { $speakers }.
mail-change-session-no-speakers = Nobody is named as a speaker of “{ $session }” any more.
mail-change-session-cancelled = “{ $session }” does not take place.
mail-change-session-restored = “{ $session }” takes place after all: { $when }.
mail-change-speaks-in = You are named as a speaker of “{ $session }”: { $when }.
mail-change-speaks-no-more = You do not speak in “{ $session }” any more.

# $reason is in the organizer's words; it follows as a paragraph of its own.
mail-cancelled-subject = Cancelled: { $event }
mail-cancelled-preheader = The event does not take place
mail-cancelled-body = We are sorry: { $event } does not take place.
mail-cancelled-button = See the event
# To who paid for their place.
mail-cancelled-money-back = What you paid goes back to where you paid from. We write again for your payment as soon as it has.
mail-cancelled-money-unsaid = About what you paid, ask the organizers: it does not go back by itself.

# $amount, $came and $asked are amounts of money with their currency.
mail-place-cancelled-subject = Your registration is cancelled: { $event }
mail-place-cancelled-preheader = The organizers cancelled your registration
mail-place-cancelled-body = The organizers cancelled your registration for { $event }. The ticket is no longer valid.
mail-place-cancelled-refund = { $amount } go back to where you paid from. It can take your bank some days to show it.
mail-place-cancelled-button = See the event
mail-money-kept = { $amount } that you paid do not go back by themselves: ask the organizers about them.

mail-place-given-back-subject = You are no longer registered: { $event }
mail-place-given-back-preheader = You gave your place back
mail-place-given-back-body =
    You gave back your place at { $event }, so that somebody else can have it. Your link does not lead in any more.

    If it was not you, or you want to come after all, register again on the event’s page.
mail-place-given-back-button = See the event

mail-wrong-amount-subject = Your payment goes back: { $event }
mail-wrong-amount-preheader = { $came } came instead of { $asked }
mail-wrong-amount-body = The ticket for { $event } costs { $asked }, and { $came } came. You have no place for it, and all of it goes back to where you paid from. Register again to get a place.
mail-wrong-amount-button = See the event

mail-refunded-subject = Your refund: { $event }
mail-refunded-preheader = { $amount } went back to where you paid from
mail-refunded-body = { $amount } for { $event } went back to where you paid from. It can take your bank some days to show it. The ticket is no longer valid.
mail-refunded-button = See the event

# They have a place, which another payment or none was for.
mail-refunded-beside-subject = Your refund: { $event }
mail-refunded-beside-preheader = { $amount } went back; your place stays
mail-refunded-beside-body = { $amount } for { $event } went back to where you paid from: this payment was not needed for your place. It can take your bank some days to show it. Your place and your ticket stay as they are.
mail-refunded-beside-button = See the event

# No place was given for it.
mail-refunded-late-subject = Your refund: { $event }
mail-refunded-late-preheader = { $amount } went back to where you paid from
mail-refunded-late-body = { $amount } for { $event } went back to where you paid from. It can take your bank some days to show it. The payment came when the place was no longer kept, so you have no place for it.
mail-refunded-late-button = See the event

mail-refund-on-its-way-subject = Your refund is on its way: { $event }
mail-refund-on-its-way-preheader = { $amount } are on the way back to you
mail-refund-on-its-way-body = { $amount } for { $event } are on the way back to where you paid from. We write again once they are there. The ticket is no longer valid.
mail-refund-on-its-way-button = See the event

# They have another place by now.
mail-refund-beside-on-its-way-subject = Your refund is on its way: { $event }
mail-refund-beside-on-its-way-preheader = { $amount } are on the way back to you
mail-refund-beside-on-its-way-body = { $amount } for { $event } are on the way back to where you paid from. We write again once they are there. The place that you have now stays as it is.
mail-refund-beside-on-its-way-button = See the event

mail-speaker-invitation-subject = You are invited to speak: { $event }
mail-speaker-invitation-preheader = { $when }
mail-speaker-invitation-body =
    You are invited to speak at { $event }.

    The link takes you to the green room: there you can try camera and microphone, meet the crew, and wait to be brought on stage.
mail-speaker-invitation-button = Open the green room

mail-speaker-changed-subject = Changed: { $event }
mail-speaker-changed-preheader = Something about your part has changed
mail-speaker-changed-body = Something has changed at { $event }, where you speak. Your calendar can be brought up to date with what is attached.
mail-speaker-changed-button = Open the green room

# $reason is in the organizer's words; it follows as a paragraph of its own.
mail-speaker-cancelled-subject = Cancelled: { $event }
mail-speaker-cancelled-preheader = The event does not take place
mail-speaker-cancelled-body = We are sorry: { $event }, where you were to speak, does not take place.
mail-speaker-cancelled-button = See the event

mail-speaker-off-subject = You are no longer a speaker of { $event }
mail-speaker-off-preheader = The organizers have taken you off the list of speakers
mail-speaker-off-body =
    The organizers of { $event } do not name you as a speaker any more, and the link to the green room is no longer valid.

    If this surprises you, ask them: nobody reads answers to this mail.
mail-speaker-off-button = See the event

mail-speaker-moved-subject = Mail about { $event } goes to another address
mail-speaker-moved-preheader = The organizers have changed your address
mail-speaker-moved-body =
    The organizers of { $event } write to another address from now on, and the links that came to this one lead nowhere any more. What is attached takes what came with them out of this calendar.

    If this surprises you, ask them: nobody reads answers to this mail.
mail-speaker-moved-button = See the event

# $by is who added them, $role one of the roles below.
mail-member-added-subject = You work with { $organisation } now
mail-member-added-preheader = { $by } added you to the team
mail-member-added-body =
    { $by } added you to { $organisation } as { $role }. Its events are at { $server }.

    Open the Houselights app and sign in there: name that server, and this address of yours. The app shows the events then.
mail-member-added-button = Open Houselights

staff-role-owner = an owner
staff-role-organizer = an organizer
staff-role-producer = a producer
staff-role-moderator = a moderator

mail-fact-when = When
mail-fact-ticket = Ticket
mail-fact-amount = Refund
mail-fact-sessions = Your sessions

mail-below-button = If the button does nothing, open this address:
mail-page-button = See the event
mail-page = The event’s page
# $link is where the app can be had. It stands below the text of a ticket's mail.
mail-get-app = You need the Houselights app for Linux. Get it here: { $link }
# In the calendar's entry. $link is an address.
mail-calendar-way-in = Your way in, which is meant for you alone: { $link }
mail-calendar-page = The event’s page: { $link }
mail-personal = The link is meant for you: whoever has it can use it.
mail-why-sign-in = You get this mail because somebody asked to sign in with your address.
mail-why-registered = You get this mail because you are registered for { $event }.
mail-why-asked = You get this mail because somebody registered for { $event } with your address.
mail-why-speaker = You get this mail because you are named as a speaker of { $event }.
mail-why-member = You get this mail because { $by } added you to { $organisation }.
