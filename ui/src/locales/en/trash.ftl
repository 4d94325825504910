### What was deleted from an event.

trash-none = Nothing was deleted
trash-none-hint = What you delete from this event stays here for 30 days and can be taken back.
trash-what = What
trash-kind = Kind
trash-left = Kept for
trash-days = { $count ->
    [one] one more day
   *[other] { $count } more days
}
trash-restored = “{ $title }” is back.
