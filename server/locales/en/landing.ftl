# The public page of an event, its form, and the pages after it.

# $event is the event's title.
landing-title = { $event }
# $weekday and $month are from time.ftl.
landing-day = { $weekday }, { $day } { $month } { $year }
# $zone is the IANA name, $offset such as "UTC+1".
landing-zone = Time zone: { $zone } ({ $offset })

landing-skip = Skip to the content
landing-footer = Made with Houselights
landing-no-tracking = This page sets no cookies and runs no scripts.
landing-on-this-page = On this page

landing-about = About
landing-agenda = Agenda
landing-speakers = Speakers
landing-tickets = Tickets
landing-register = Register

landing-when = When
landing-where = Where
landing-online = Online
landing-online-how = In the Houselights app for Linux
landing-by = Organized by
landing-save = Add to your calendar
landing-save-file = Calendar file
landing-save-google = Google
landing-save-outlook = Outlook
landing-save-sessions = All sessions as a calendar file

landing-live-heading = It is on now
landing-live-text = You can still register; the ticket comes by mail and takes you straight in.
landing-live-text-shut = Have you registered? The link in your mail takes you in.
landing-ended-heading = This event is over
landing-ended-text = It ended on { $when }.
landing-cancelled-heading = This event does not take place
landing-cancelled-text = Whoever registered was told by mail.

landing-track = Track:
landing-room = Room:
landing-with = With
landing-session-cancelled = Cancelled

landing-free = Free
# $from is an amount of money with its currency.
landing-price-from = from { $from }
landing-price-free-or-from = free, or from { $from }
landing-last = Only one left
landing-left = Only { $left } left
landing-not-yet = On sale from { $when }
landing-until = Until { $when }
landing-waiting-list = All taken: you join the waiting list
landing-sold-out = Sold out
landing-over = No longer on sale

landing-shut-cancelled = Registration is closed: the event does not take place.
landing-shut-ended = Registration is closed: the event is over.
landing-shut-sold-out = All tickets are taken.
landing-shut-not-yet = Registration has not opened yet.
landing-shut-over = Registration is closed.
# It has no ticket that is offered to everybody.
landing-shut-none = There are no tickets here yet. Look again later, or ask the organizers how to come.

landing-choose-ticket = Ticket
landing-name = Your name
landing-name-hint = As others at the event will see it
landing-email = Your e-mail address
landing-email-hint = Your ticket is sent to it
landing-optional = (optional)
landing-please-choose = Please choose
landing-have-code = I have a code
landing-code = Code
# Only programs that fill in everything see this field.
landing-trap = Leave this field empty
landing-send = Register
landing-what-for = Name, address and answers go to the organizer, for this event.

landing-faults = Something is missing or not right yet:
landing-fault-title = Please check: { $event }
landing-fault-name = Enter your name: at most 80 characters on one line
landing-fault-email = Enter your e-mail address, such as name@example.com
landing-fault-ticket = Choose a ticket
landing-fault-sold-out = This ticket was taken meanwhile: choose another
landing-fault-not-on-sale = This ticket is not on sale: choose another
landing-fault-code = This code is not valid here, or no longer
landing-fault-payment = The payment could not be begun. Nothing was charged; try again in a moment.
landing-fault-storage = Nothing was saved: the server cannot store just now. Try again in a moment.
landing-fault-broken = Some of what you typed did not arrive as text. Please type it again.
landing-fault-other = This could not be registered. Check what you entered and try again.
# $question is the question's words.
landing-fault-answer = Answer this question: { $question }
landing-fault-choice = Choose one of what is offered: { $question }
landing-fault-consent = Tick the box to agree: { $question }
landing-fault-long = Too long: { $question }

landing-registered-title = Look in your mail: { $event }
landing-registered-heading = Look in your mail
landing-registered-text = Your ticket comes by mail: the link in it takes you in when the event begins.
landing-waiting-title = The waiting list: { $event }
landing-waiting-heading = The waiting list
landing-waiting-text = If all places were taken when you registered, you wait for one now, and a mail says so. We write to you as soon as one is free; there is nothing to do until then.
landing-paid-title = Thank you: { $event }
landing-paid-heading = Thank you
landing-paid-text = As soon as the payment is confirmed your ticket comes by mail. That takes a moment, and with some ways of paying a few days.
landing-unpaid-title = Not paid: { $event }
landing-unpaid-heading = You left before paying
landing-unpaid-text = Nothing was paid here. If your place is still kept, a mail to you has the link to pay for it, and registering once more with the same details leads there, too. If it is not, you can register anew.
landing-back = To the event’s page
landing-again = Back to the event

landing-note-nothing = Nothing came?
landing-note-nothing-text = Give it a few minutes and look among the unwanted mail. If there is nothing, the address may have had a typing mistake: register once more.
landing-note-nothing-paid-text = Give it a few minutes and look among the unwanted mail. Do not pay twice: the provider’s receipt shows whether it went through.
landing-note-app = What do I need?
landing-note-app-text = The Houselights app for Linux. Install it before the event, then open the link in the mail.
landing-note-app-ask-text = The Houselights app for Linux. If you do not have it, ask the organizers for it before the event; then open the link in the mail.

gone-title = Event not found – Houselights
gone-heading = There is no such event
gone-help = It is not public yet, or not any more, or the address has a typing mistake. Ask whoever sent it to you.
slow-title = One moment – Houselights
slow-heading = This takes too long
slow-help = The server is busy. Go back and try again in a moment. If you were registering, look into your mail first: it may have worked.
busy-title = One moment – Houselights
busy-heading = One moment, please
busy-help = Too much came from your network just now. Go back and try again in a minute.
broken-title = One moment – Houselights
broken-heading = One moment, please
broken-help = The server cannot read its data just now. Load this page again in a moment.
elsewhere-title = Not registered – Houselights
elsewhere-heading = This form came from another page
elsewhere-help = For your safety it was not sent. Open the event’s page and register there.
large-title = Not registered – Houselights
large-heading = This is too much
large-help = The form was larger than any answer should be, or no form at all. Go back and shorten what you wrote.

landing-pay-title = Your place: { $event }
landing-pay-heading = A place is kept for you
landing-pay-text = Pay for it to make it yours. The ticket comes by mail as soon as the payment is confirmed.
landing-pay-amount = To be paid
landing-pay-until = Kept until
landing-pay-send = Go on to payment
# What became of a place that somebody waited for and was asked to pay for. $until: a moment
landing-pay-theirs-heading = This place is yours
landing-pay-theirs-text = It is paid for. Your ticket comes by mail; look among the unwanted mail if you cannot find it.
landing-pay-under-way-heading = Your payment is under way
landing-pay-under-way-text = There is nothing more to do: your place is kept until the money is here, which can take some days. Then your ticket comes by mail. Do not pay twice.
landing-pay-ran-out-heading = The time to pay for this place ran out
landing-pay-ran-out-text = It was kept for you until { $until }. Nobody paid for it by then, so it was given back. If you did pay, you get a mail of its own: with the place where one was left, else about the money, which goes back to you.
landing-pay-cancelled-heading = This registration was cancelled
landing-pay-cancelled-text = There is nothing to pay for it any more. The mail about it says more.
landing-pay-refunded-heading = Your money is on its way back
landing-pay-refunded-text = This registration is over, and what was paid for it was returned. With some ways of paying that takes a few days.
landing-pay-replaced-heading = You have registered again since
landing-pay-replaced-text = This link was for a place that is no longer kept. The newer mail says how your new registration stands.
landing-pay-off-heading = The event does not take place
landing-pay-off-text = There is nothing to pay. The mail about it says more.
landing-pay-next-on-sale = There are places now. Register again and pay at once to have one.
landing-pay-next-waiting-list = All places are taken at the moment. Register again to be on the waiting list; you get a mail when a place is free.
landing-pay-next-sold-out = All places are taken at the moment, and there is no waiting list. Look at the event’s page again later: now and then one is given back.
landing-pay-next-over = Registration for it is closed.
landing-pay-again = Register again
landing-pay-wait-again = Back on the waiting list
unpayable-title = Link not found – Houselights
unpayable-heading = There is nothing to pay here
unpayable-help = This link is not known here, or not any more. If you paid, your ticket comes by mail; if you waited, so does the next link.
