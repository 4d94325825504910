# System notifications about events that one is registered for, and sessions that one picked. The title is that of the event, or of the session.
reminder-minutes = { $count ->
    [one] Starts in { $count } minute.
   *[other] Starts in { $count } minutes.
}
reminder-hours = { $count ->
    [one] Starts in { $count } hour.
   *[other] Starts in { $count } hours.
}
reminder-day = Starts in a day.
