### What the server's data is called, and why something was not answered or not done.

api-offline = Not saved: the server cannot be reached.
    .cure = Check the internet connection and try again. What you typed is kept on this computer.
api-unauthenticated = You are no longer signed in.
    .cure = Sign in again with your e-mail address.
api-forbidden = Your role does not allow this.
    .cure = Ask an owner of the organisation to do it, or to change your role.
api-not-found = This is not there any more.
    .cure = Someone may have deleted it. Look in the trash, or load the page again.
api-bad-input = That cannot be saved as it is.
    .cure = Change it and try again. { $detail }
api-conflict = Someone changed this meanwhile.
    .cure = Look at how it stands now, then decide.
api-wrong-phase = The event is at another point by now.
    .cure = Someone may have published, started or ended it. Look at where it stands.
api-sold-out = There are no tickets of this kind left.
    .cure = Raise the quantity under Tickets, or choose another kind.
api-not-on-sale = This ticket is not on sale now.
    .cure = Look at its sales window under Tickets.
api-code-invalid = This code is not valid.
    .cure = Look at how it is written, until when it holds, and for which ticket.
api-people-registered = People are registered for this event, or wait for a place.
    .cure = Cancel it first: then everybody is told. After that it can be deleted.
api-already-registered = Somebody is registered with this address already.
    .cure = Look them up under People; their ticket can be sent again from there.
api-last-owner = An organisation needs an owner.
    .cure = Make somebody else an owner first.
api-slug-taken = Another event has this address already.
    .cure = Choose another one.
api-payment-failed = The payment service did not do it.
    .cure = No money was moved. Try again in a minute; if it stays so, look into the account of the payment service.
api-too-large = That is too large.
    .cure = Choose a smaller file, or make it shorter.
api-too-complex = That was too much at once.
    .cure = Ask for less, for instance by searching.
api-overloaded = The server is busy.
    .cure = Try again in a few seconds.
api-storage-unavailable = The server cannot save anything just now, so nothing was done.
    .cure = Try again in a minute.
api-template-invalid = This file is no template that Houselights can read.
    .cure = { $detail }
api-not-a-link = This is not the link from the mail.
    .cure = Copy the whole link; it contains /sign-in/.
# $line: where in a file; $detail: what is wrong there
api-line = Line { $line }: { $detail }
# $seconds: how long to wait
api-slow-down = That was too often in a short time.
    .cure = { $seconds ->
        [one] Try again in { $seconds } second.
       *[other] Try again in { $seconds } seconds.
    }
api-email-invalid = This is no e-mail address that mail can be sent to.
    .cure = Look at how it is written, and try again.
api-mail-unavailable = The server cannot send mail, so no link is on its way.
    .cure = Ask whoever runs the server to set up mail, or come in with an invite link.
api-provider-not-offered = This server signs nobody in with an account from elsewhere.
    .cure = Look at the server’s address, or sign in with your e-mail.
api-provider-unavailable = Your account’s provider does not answer just now.
    .cure = Nothing is wrong with your account. Try again in a minute, or sign in with your e-mail.
api-provider-cancelled = You did not sign in in the browser.
    .cure = You cancelled it there, or your account’s provider did not let you in. Try again, or sign in with your e-mail.
api-provider-refused = Your account’s provider does not vouch for you.
    .cure = Perhaps it has not confirmed your e-mail address. Confirm it there and try again, or sign in with your e-mail.
api-timed-out = Nothing came back from your browser in time.
    .cure = Start again, and finish in the browser within a quarter of an hour.
api-no-browser = No browser opened.
    .cure = Choose a browser in the settings of your system, or sign in with your e-mail.
api-token-invalid = This link does not sign in.
    .cure = It was used already, or asked for on another computer. Ask for a new one with your e-mail address.
api-token-expired = This link has run out.
    .cure = Ask for a new one with your e-mail address.
api-not-asked = This link was not asked for on this computer, or too long ago.
    .cure = Ask for a new one here with your e-mail address, or open it where you asked for it.
api-unconfirmed = Nothing was sent to this server yet.
    .cure = Open the link again, and say whether you want to sign in there.
api-not-kept = This computer could not keep it.
    .cure = Look whether there is space left and whether you may write there, then try again.
api-file-unreadable = This file cannot be read.
    .cure = Choose another one. If it is open in another program, close it there first.
api-unknown = Nobody knows whether this was done: the server never answered.
    .cure = Look at how it stands now before you try once more.
api-refused = The server said no, for a reason this app does not know.
    .cure = Update the app, then try again.

event-phase-draft = Draft
event-phase-published = Published
event-phase-live = Live
event-phase-ended = Ended
event-phase-archived = Archived

registered-pending = Payment open
registered-confirmed = Confirmed
registered-waiting = Waiting list
registered-cancelled = Cancelled
registered-refunded = Refunded

mail-none = No mail
mail-queued = Ticket on its way
mail-sent = Ticket sent
mail-failed = Ticket not sent
mail-bounced = Address does not work

staff-owner = Owner
    .may = Everything, and who else may do what
staff-organizer = Organizer
    .may = Events, people, refunds
staff-producer = Producer
    .may = Calls the show; sees events and people
staff-moderator = Moderator
    .may = Looks after the chat during the show

room-stage = Stage
room-breakout = Breakout
room-lounge = Lounge
room-booth = Booth

question-text = Short answer
question-long-text = Long answer
question-choice = One of several
question-choices = Any of several
question-consent = Consent

trash-event = Event
trash-session = Session
trash-track = Track
trash-room = Room
trash-speaker = Speaker
trash-ticket = Ticket
trash-question = Question
trash-code = Code

scope-events-read = Read events
scope-events-write = Change events
scope-people-read = Read people
scope-people-write = Change people

hook-event-published = Event published
hook-event-changed = Event changed
hook-event-cancelled = Event cancelled
hook-registration-confirmed = Registration confirmed
hook-registration-cancelled = Registration cancelled
hook-registration-refunded = Registration refunded

delivery-queued = Tried again soon
delivery-delivered = Delivered
delivery-failed = Given up

money-free = Free

# $when: when it was typed
draft-found = You had typed this on { DATETIME($when, day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hour12: 0) } and it was not saved:
draft-restore = Restore
draft-discard = Discard
draft-unsaved = Not saved yet. It is kept on this computer, and saved when you leave the field again.

section-loading = Loading…
section-again = Try again
section-more = Load more ({ $count } left)
# $when: when it was true
section-stale = Offline. This is as of { DATETIME($when, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: 0) }.
section-stale-hint = Changes cannot be saved until the connection is back. What you type is kept on this computer.
# $when: when it was true
section-ended = You are no longer signed in. This is as of { DATETIME($when, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: 0) }.
section-ended-hint = What is kept on this computer can be read. Sign in again to see what is new and to change something.
section-sign-in = Sign in again
section-conflict = Someone changed this meanwhile.
section-conflict-hint = Take theirs and drop your change, or keep yours in place of it.
section-conflict-what = What was changed
section-conflict-theirs = Theirs
section-conflict-mine = Yours
section-conflict-empty = (empty)
section-take = Take theirs
section-keep = Keep mine
section-undo = Undo
section-dismiss = Dismiss
copy = Copy
copied = Copied
cancel = Cancel
yes = Yes
no = No
date = Date
time = Time
