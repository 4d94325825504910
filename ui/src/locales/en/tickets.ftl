### Tickets, codes and how they sell.

tickets-new = New ticket
tickets-new-hint = Price 0 is a free ticket.
tickets-first = Without a ticket nobody can register. Price 0 is a free one.
tickets-title = Name
tickets-title-hint = Regular
tickets-price = Price
tickets-price-in = Price in { $currency }
tickets-price-wrong = Write a price such as 79 or 79.50.
tickets-currency = Currency
tickets-quantity = How many
tickets-no-limit = No limit
tickets-taken = { $count } taken
tickets-taken-of = { $count } of { $most } taken
tickets-waiting = { $count } waiting
tickets-edit = Edit
tickets-close = Close
tickets-from = Sold from a certain time
tickets-from-when = From
tickets-until = Sold until a certain time
tickets-until-when = Until
tickets-list = Waiting list
tickets-list-hint = When all are taken, people can wait. A place that gets free goes to the first of them.
tickets-hidden = Hidden
tickets-hidden-hint = Not on the public page; for people whom you add by hand.
sale-hidden = Hidden
sale-later = Not yet on sale
sale-over = Sale is over
sale-waiting = Waiting list
sale-sold-out = Sold out
sale-on = On sale
sales-title = Sales
sales-confirmed = Confirmed
sales-gross = Taken in
sales-refunded = Given back
sales-refunding = On the way back
# Of refunds: $left are under way, $done are done.
sales-refunding-of = { $left }, { $done } done
sales-waiting = Waiting
sales-pending = Payment open
sales-by-day = Registrations by day
sales-none = Nothing sold yet.
codes-title = Codes
codes-none = A code makes tickets cheaper for those who know it.
codes-no-ticket = A code makes tickets cheaper for those who know it. There is no ticket yet.
codes-percent = { $percent } % off
codes-amount = { $sum } off
codes-all = All tickets
codes-used = { $count ->
    [0] not used yet
    [one] used once
   *[other] used { $count } times
}
codes-used-of = { $most ->
    [one] used { $count } of 1 time
   *[other] used { $count } of { $most } times
}
codes-from = from { $when }
codes-until = until { $when }
codes-code = Code
codes-kind = It takes off
codes-kind-percent = A share
codes-kind-amount = An amount in { $currency }
codes-off = Percent off
codes-off-amount = Amount off in { $currency }
codes-percent-wrong = Write a whole number from 1 to 100.
codes-amount-wrong = Write an amount such as 15 or 7.50.
codes-times = How often
codes-times-wrong = Write a whole number, or leave it empty for no limit.
codes-valid-from = Holds from a certain time
codes-valid-until = Holds until a certain time
codes-window-wrong = This is before the code begins to hold.
codes-for = For
codes-add = Add code
