### What was on once more: the replay of a session that is over.

replay-title = Replay
replay-open = Watch again
replay-head = What is watched
replay-back-to-room = Back to the room
replay-back-to-live = The stage is live: go there
replay-room = Room
replay-part = Session
# $title: of the session; $when: day and time
replay-part-named = { $title } · { $when }
replay-no-pictures = Pictures and sound were not recorded. You see who was on stage, and all that was said and asked.
replay-side = Chat, questions and polls of then
replay-stage = Stage as it was
replay-finding = Finding out what there is to watch…
replay-slow = Fetching what happened then…
replay-retry = Try again
replay-lost = The event’s server cannot be reached.
    .cure = Check the internet connection, then try again: it goes on from this moment.
replay-none = Nothing to watch again here yet
    .cure = A session can be watched again as soon as it is over.

replay-controls = Playback
replay-play = Play
replay-pause = Pause
replay-again = Play from the beginning
# $seconds: how many
replay-back-by = Back { $seconds } seconds
replay-forward-by = Forward { $seconds } seconds
replay-of = of
replay-moment = When this was
replay-position = Position
# $at, $total: in words, as 12 minutes 31 seconds; $moment: day and time
replay-position-said = { $at } of { $total }, { $moment }
replay-speeds = Speed
# $speed: as 1.5
replay-speed = { $speed } times as fast
replay-skip = Skip the quiet
# $span: in words, as 3 minutes 20 seconds
replay-skip-hint = Nothing happens for { $span }
replay-hours = { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
replay-minutes = { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
replay-seconds = { $count ->
        [one] { $count } second
       *[other] { $count } seconds
    }

replay-moments = Moments
replay-moments-none = No moments are marked
    .cure = Whoever came on stage, scenes, polls and answered questions would stand here.
# $at: in words, as 12 minutes 31 seconds
replay-mark-at = at { $at }
replay-mark-live = The show began
replay-mark-ended = The show ended
# $name: a person
replay-mark-stage = { $name } came on stage
# $layout: one of the layouts, as Side by side; $count: how many are in it
replay-mark-scene = { $count ->
        [one] { $layout }, one person
       *[other] { $layout }, { $count } people
    }
# $words: of the question, the poll, the announcement
replay-mark-question = Answered: { $words }
replay-mark-poll = Poll: { $words }
replay-mark-announced = Announced: { $words }

replay-keys-play = Play or pause
replay-keys-step = Back or forward 10 seconds
replay-keys-moment = Previous or next moment
replay-keys-speed = Slower or faster
