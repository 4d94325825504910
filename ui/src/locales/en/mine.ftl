### The events that one has a ticket for.

mine-title = My events
mine-upcoming = Coming up
mine-past = Past
mine-empty = No tickets yet
mine-empty-hint = Register on an event’s page with the address that you signed in with, and the event stands here.
mine-enter = Enter
# $title: of the session
mine-enter-room = Go to the room of “{ $title }”
# $when: when the doors open
mine-early = Doors open { $when }
mine-over = This event is over
mine-waiting = You are on the waiting list. A mail tells you when a place is free.
mine-unpaid = Your payment is still open. The link to it is in your mail.
mine-cancelled = Cancelled
mine-give-back = I cannot come
mine-give-back-ask = Give your place back?
    .why = You will not be registered for “{ $title }” any more, and the links in your mails will not lead in. If others wait for a place, the first of them gets yours.
mine-give-back-yes = Give my place back
# $sum: money with its currency
mine-give-back-paid = You paid { $sum }. It does not go back by itself: ask the organizers for it first, if you want it returned.
mine-stop-waiting = Stop waiting
mine-stop-waiting-ask = Leave the waiting list?
    .why = You get no place at “{ $title }” when one is free.
mine-stop-waiting-yes = Leave the waiting list
mine-only = My picks ({ $count })
mine-zone = Times for { $zone }.
mine-their-zone = Show times for { $zone }
mine-own-zone = Show times for { $zone }
mine-calendar = To have it in your calendar, open the file in your ticket’s mail, or go to
mine-page = the event’s page
mine-none-picked = Nothing picked yet. Mark a session to have it here.
mine-no-agenda = The agenda comes soon.
mine-pick = Put “{ $title }” on my agenda
mine-unpick = Take “{ $title }” off my agenda
# $others: titles
mine-clash = At the same time: { $others }
mine-dashboard = Open the dashboard
# $names: of organisations
mine-organize-for = You organize for { $names }.
mine-organize-first = Organize an event
# $when: when it was true
mine-as-of = As of { DATETIME($when, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: 0) }.
# $title: of the session
mine-about = About “{ $title }”
mine-about-event = About this event
mine-about-event-none = There is nothing more to read about this event yet.
mine-about-none = There is nothing to read about this session yet.
