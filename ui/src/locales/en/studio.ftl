### The speaker's green room.

studio-title = Green room
studio-side = Program and devices
studio-tab = Studio
studio-controls = Camera and microphone
studio-live = You are live
studio-heard = You are live: heard, not seen
studio-on-stage = You are on stage, not on air
studio-next = You are next
studio-waiting = Waiting
studio-unknown = Not connected: whether you are live is not known
studio-own-picture = Your own picture
studio-own-level = Your microphone
studio-no-camera = No picture: choose a camera on the right.
studio-how-you-look = this is how you look
studio-nobody-sees = only you see this: your camera is off
studio-not-out = only you see this: no picture goes out
studio-elsewhere = Another device of yours sends camera or microphone. Switch on here to take over.
studio-leave = Leave
studio-stay = Stay
studio-leave-question = Leave the green room?
studio-leave-explained = The producer counts on you: you are on stage or next. You can come back with your link.
studio-leave-unknown = You may be on stage or next: without a connection it is not known. You can come back with your link.

mic-turn-on = Switch the microphone on
mic-turn-off = Mute the microphone
camera-turn-on = Switch the camera on
camera-turn-off = Switch the camera off

# $why: a sentence
held-camera = No picture goes out, though your camera is switched on. { $why }
held-microphone = No sound goes out, though your microphone is switched on. { $why }
held-no-camera = No camera is chosen.
held-no-microphone = No microphone is chosen.
held-starting = The device has not started yet.

waiting-with = Waiting with you:
waiting-alone = Nobody else waits in the green room.

volume = Volume
volume-mute = Mute
volume-unmute = Unmute

devices-title = Devices
device-camera = Camera
device-microphone = Microphone
device-speaker = Loudspeaker
device-no-camera = No camera
device-no-microphone = No microphone
device-any-speaker = Loudspeaker of the system’s choice
device-no-speaker = No loudspeaker: play nothing
device-test-picture = Test picture
device-test-tone = Test tone
device-gone = { $device } (not plugged in)
device-again = Try again
hear-myself = Hear myself
hear-myself-hint = Wear headphones, or it echoes.

ready-title = What you need
ready-yes = You are ready
ready-not = { $count ->
    [one] One thing is missing
   *[other] { $count } things are missing
}
check-camera = Camera { $width } × { $height }
check-no-camera = No camera
    .cure = Plug one in, or choose one below. You can come on with sound alone.
check-camera-off = Your camera is off
    .cure = Press V, or the camera button under your picture.
check-camera-dark = The camera gives no picture yet
    .cure = Wait a moment. If it stays so, choose it again below.
check-microphone = Microphone is heard
check-no-microphone = No microphone
    .cure = Plug one in, or choose one below. Without it nobody hears you.
check-microphone-off = Your microphone is off
    .cure = Press M, or the microphone button under your picture.
check-microphone-quiet = Nothing is heard from the microphone yet
    .cure = Say something. If the level stays still, choose another below.
check-microphone-silent = You have been silent for a while
    .cure = Is the microphone muted? Say something to be sure.
check-speaker = Sound plays here
check-speaker-other = Your loudspeaker is gone: the system’s own plays
    .cure = Plug it in again or choose another below.
check-no-speaker = No loudspeaker
    .cure = Plug in headphones: you need them to hear the others.
check-no-speaker-chosen = You chose to hear nothing
    .cure = Choose a loudspeaker below: you need it to hear the others.
check-media = Pictures and sound go out
check-media-pictures = Pictures go out, no sound
check-media-sound = Sound goes out, no pictures
check-media-open = The way is open: nothing goes out now
check-media-held = Not all that is switched on goes out
    .cure = Wait a moment. If it stays so, choose the device again below.
check-no-media = Pictures and sound do not go out yet
    .cure = It connects by itself. If it takes long, your network may block UDP.
check-over = You are not signed in any more
    .cure = Sign in again to go on here.
check-not-connected = Not connected to the event
    .cure = It connects again by itself.

# $rate: pictures a second; $kbit: the most that may be sent, in kilobits a second
sent-rate = Sent: { $rate } pictures a second, of up to { $kbit } kbit/s
sent-unknown = Sent: not known yet
