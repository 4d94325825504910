### The rooms of an event, and its doors.

rooms-title = Rooms
# $title: of the session
rooms-now = Now: { $title }
# $time: when it begins
rooms-next = { $time } { $title }
rooms-nothing = Nothing more on the agenda
# $title: of the session that was on there last
rooms-before = Watch again: { $title }
rooms-gone = The room that you were in is not there any more.
    .cure = You are in another room of the event now. Choose one above.

# $when: day and time
doors-open = The doors open { $when }
doors-closed = The doors are not open yet
doors-wait = You come in by yourself as soon as they are open: only leave this window as it is.
