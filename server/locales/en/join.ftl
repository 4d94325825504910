# The page behind an invite link, for those whose browser it opens in.

# $event is the event's title.
join-title = { $event } – Houselights
# $role is one of the roles below.
join-invited = You are invited as { $role }.
join-open = Open in Houselights
join-nothing = Nothing happens?
join-help = Get the Houselights app first (for Linux) and install it, then open this link again, or paste its address into the app.
# Where nobody said where the app can be had.
join-help-ask = You need the Houselights app (for Linux). If you do not have it, ask the organizers for it. Then open this link again, or paste its address into the app.
join-get-app = Get the app
join-yours = Is this link mine?
join-yours-help = It is meant for you: whoever has it can use it. Do not pass it on.
join-page = About the event
join-off = This event does not take place.
join-give-back = I cannot come

# Where somebody gives their place back.
give-back-title = Your place: { $event }
give-back-heading = Give your place back?
give-back-text = You will not be registered for { $event } any more, and the links in your mails will not lead in. If others wait for a place, the first of them gets yours.
# $amount: money with its currency, $organisation: the name of whom to ask.
give-back-paid = You paid { $amount }. It does not go back by itself: ask { $organisation } for it before you give the place back, if you want it returned.
give-back-send = Give my place back
give-back-keep = Keep it
give-back-done-heading = You gave your place back
give-back-done-text = Thank you for making room. A mail says so, too, and takes the event out of your calendar.
give-back-late-heading = There is nothing to give back
give-back-late-text = The event is over, does not take place, or this place is not yours any more.

role-attendee = an attendee
role-speaker = a speaker
role-moderator = a moderator
role-producer = the producer
role-organizer = an organizer

unusable-title = Invite not found – Houselights
unusable-heading = This invite cannot be used
unusable-help = It is not known here, or it has run out. Ask whoever sent it for a new link.

crowded-title = One moment – Houselights
crowded-heading = One moment, please
crowded-help = Too many invites were opened from your network just now. Load this page again in a minute.

sign-in-title = Sign in – Houselights
sign-in-heading = Sign in to Houselights
sign-in-why = You are one step away. Open this page on the device on which you asked for the link.
sign-in-open = Sign in
sign-in-back = Back to the app
sign-in-nothing = Nothing happens?
sign-in-help = Copy the address of this page and paste it into the app.
sign-in-not-me = You did not ask to sign in?
sign-in-not-me-help = Close this page: nothing has happened.

stale-title = Link not found – Houselights
stale-heading = This link cannot be used
stale-help = It was used already, or it is older than fifteen minutes. Ask for a new one in the app.

provider-title = One moment – Houselights
provider-heading = Your account’s provider does not answer
provider-help = Nothing is wrong with your account. Go back to the app and try again in a minute.

cancelled-title = Not signed in – Houselights
cancelled-heading = You did not sign in
cancelled-help = You cancelled it, or your account’s provider did not let you in. Go back to the app to try again, or to sign in by mail.

unvouched-title = Not signed in – Houselights
unvouched-heading = You are not signed in
unvouched-help = Your account’s provider does not vouch for you, or has not confirmed your e-mail address. Confirm the address there, or go back to the app and sign in by mail.

revoked-title = Invitation taken back – Houselights
revoked-heading = This invitation was taken back
revoked-help = The organizers took back this invitation to speak. If you think that this is a mistake, ask whoever sent it.
