### Who is registered for an event.

people-search = Name or e-mail
people-all = Everybody
people-count = { $count ->
    [one] one person
   *[other] { $count } people
}
people-name = Name
people-ticket = Ticket
people-state = State
people-when = Registered
people-actions = What can be done
people-none = Nobody has registered yet
people-none-hint = As soon as the event is published, people can register on its page. You can add somebody by hand, too.
people-none-found = Nobody found
people-none-found-hint = Search for fewer letters, or choose Everybody.
people-add = Add a person
people-add-title = Add a person
people-add-hint = They pay nothing, and get their ticket by mail at once.
people-add-hint-draft = They pay nothing. The event is a draft: they get their ticket by mail when you publish it.
people-add-yes = Add and send ticket
people-add-yes-draft = Add
people-added = Added { $name }. The ticket is on its way.
people-added-draft = Added { $name }. The ticket goes out when the event is published.
people-draft = This event is a draft. Nobody here has been told yet: they get their tickets by mail when you publish it.
people-resend = Resend ticket
people-resent = { $name }’s ticket is on its way.
people-admit = Let in
people-admit-ask = Let in from the waiting list?
    .why = { $name } gets a place before others who wait, and a mail. What costs something is kept for them until they have paid.
people-admit-yes = Let in
people-admit-beyond = Even if no seat is left
    .why = Then there is one more than the quantity or the capacity says.
people-admitted = { $name } has a place. The ticket is on its way.
people-admitted-to-pay = A place is kept for { $name }. The mail says how to pay.
people-cancel = Cancel
people-bans = Banned
# $when: since when. $rooms: the rooms that say so
people-ban = since { $when }, by { $rooms }
people-ban-room-deleted = { $title } (deleted)
people-ban-lift = Lift the ban
people-ban-lift-who = Lift the ban of { $name }
people-ban-ask = Lift this ban?
    .why = { $name } can come to the event again, with the link that they have.
people-unbanned = { $name } can come again
people-cancel-ask = Cancel this registration?
    .why = { $name }’s ticket no longer works, and their place goes to the waiting list. They get a mail. This cannot be undone.
people-cancel-yes = Cancel registration
people-cancelled = Cancelled { $name }’s registration.
people-cancelled-not-back = Cancelled { $name }’s registration. Their money is not back yet; look again in a minute.
people-cancel-back = Give { $sum } back
people-refund = Refund
people-refund-ask = Refund this ticket?
    .why = { $name } gets { $sum } back and their ticket no longer works. They get a mail. This cannot be undone.
people-refund-yes = Refund
people-refunded = Refunded { $name }.
people-no-answers = No questions were answered.
people-mail = Mail
# $why: in the server's own words, in English
people-mail-again = It does not reach them: { $why }. After mail came back, nothing more is sent there for this event until you resend the ticket or they register again.
people-mail-lost = It does not reach them: { $why }. After mail came back, nothing more is sent there for this event until they register again.
people-used = Ticket first used
people-not-used = Not yet
people-data = Their data
people-data-save = Save as a file…
people-erase = Erase…
# $name: somebody who is registered
people-erase-ask = Erase { $name }?
# $email: their address
people-erase-lead = At all events of your organisation, whatever belongs to { $email } goes. This happens at once and cannot be undone. They get no mail about it.
people-erase-yes = Erase
people-erased = Erased. Your organisation’s events know no more who that was.
people-goes-name = Their name, address and answers, wherever they registered
people-goes-tickets = Their tickets stop working; their places on waiting lists go
people-goes-words = What they wrote in chats, and their name wherever it stands in an event
people-goes-speaker = Their text and picture as a speaker
people-goes-mail = Letters to them that the server keeps
people-stays-seat = That somebody has the seat, and what was paid for it. Nobody can tell that it was them
people-stays-money = The money: give it back first, where they should have it
people-stays-account = Their account on this server, and a place in your organisation: end that under Members
people-stays-others = What others have: mails that were sent, files that were saved, what the payment service keeps, and what computers of your organisation keep to be read offline until they ask anew
people-stays-ban = Where they are banned from an event: a mark by which their address is known there again, and by nothing else, until the ban is lifted
people-stays-backups = Backups of the server, until they are replaced
