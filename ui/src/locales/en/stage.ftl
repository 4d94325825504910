### The stage and the show.

stage-title = Stage
stage-controls = Playback
full-screen = Full screen
full-screen-leave = Leave full screen
silent = No sound: this computer has no loudspeaker.
    .cure = Plug in headphones or a loudspeaker. The sound starts by itself.

phase-live = LIVE
# $time: for how long, as 00:41:18
phase-on-air = ON AIR { $time }
phase-before = Not started
phase-rehearsal = Rehearsal
phase-ended = Ended

watching = { $count } watching

slate-before = The show starts soon
slate-empty = Back in a moment
slate-after = The show has ended. Thank you for coming.

# $name: a person
picture-of = Picture of { $name }
picture-coming = Picture on its way
picture-off = Camera off
picture-stands = Picture stands still

role-attendee = Attendee
role-speaker = Speaker
role-moderator = Moderator
role-producer = Producer
role-organizer = Organizer

show-go-live = Go live
show-end = End show
show-end-question = End the show?
show-end-explained = The audience sees the closing slate at once. For 60 seconds you can take it back, as if nothing had been.
show-end-no = Keep going
# $left: as 0:54
show-undo-end = Take the end back · { $left }
