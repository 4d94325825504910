### The control room.

control-title = Control room
control-side = Chat and connection
control-desk = Preview, program and green room

run-title = Run of show
run-cues = Cues
run-outside = Outside of sessions
# $time: minutes and seconds
run-over = +{ $time } over
run-under = { $time } under
run-on-time = On time
run-next = Next cue
run-next-named = Call { $title }
run-back = Back
run-call-named = Call { $title }
run-reset = Back to the beginning: no cue is called
run-unfold = All cues
run-fold = Fewer cues
run-left-of = left of { $planned }
run-left-over = over its { $planned }
run-dropped = No longer in the plan
run-absent = Not here: { $names }
run-uninvited = { $count ->
        [one] One speaker is not invited yet
       *[other] { $count } speakers are not invited yet
    }
run-free = { $count ->
        [one] One seat is free
       *[other] { $count } seats are free
    }
run-told = Called: { $title }.
run-told-absent = Not here: { $names }.
run-told-next = Next: { $title }.
run-told-last = This is the last cue.
run-empty = No cues are planned for this stage.
    .cure = Write them in the dashboard, under Show: they are here at once. The whole crew then sees what is called, with which scene, and for how long.
scenes-title = Scenes
# $layout: one of the layouts, as Side by side
scenes-prepare = Put { $name } into the preview ({ $layout })
key-space = Space

monitor-preview = Preview
monitor-preview-empty = Nobody is next
    .cure = Here you see the next scene before the audience does. Choose a seat below, or Preview on a card.
monitor-program = Program
monitor-program-empty = Nobody is on
    .cure = Here you see what the audience sees.
take-vacant = Nobody is in the next scene: there is nothing to take.

switcher-title = Next scene
switcher-layout = Layout of the next scene
switcher-seats = Seats of the next scene
switcher-seat = Seat { $number }
switcher-nobody = Empty seat
layout-solo = Solo
layout-side-by-side = Side by side
layout-grid = Grid
take = Take

green-room = Green room
green-room-also = Also here:
green-room-empty = No speaker is here yet. They appear as soon as they open their link.
bring-on = Bring on
bring-on-name = Bring on { $name }
take-off = Take off
take-off-name = Take off { $name }
preview-toggle = Preview
preview-name = Preview { $name }
level-of = Sound of { $name }
mic-is-off = Microphone off
camera-is-off = Camera off
tally-air = On air
tally-program = On program
tally-heard = Heard
tally-stage = On stage
tally-next = Next
tally-waiting = Waiting

control-leave = Leave the event?
control-leave-explained = The show goes on without you. You can come back with your link.
control-leave-stay = Stay

health-title = Connection health
health-media = Pictures and sound
health-media-yes = Connected
health-media-no = Connecting…
health-pictures = Arriving
health-pictures-rate = { $rate } pictures a second
health-lost = Lost
health-lost-of = { $lost } of { $all }
health-sync = Picture and sound
health-sync-behind = { $ms } ms behind
health-sync-ahead = { $ms } ms ahead
health-sound = Loudspeaker
health-sound-none = None here
