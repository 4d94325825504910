### Raised hands, and the guests that come of them.

hand-raise = Raise your hand
hand-raise-do = Raise hand
hand-change = Change your note
hand-change-do = Change
hand-not-now = Not now
hand-note = What do you want to say?
hand-note-hint = Only the moderators read it. You can leave it empty.
hand-no-picture = Sound alone
hand-say-something = Say something: the bar moves when you are heard.
hand-no-microphone = No microphone: nobody would hear you.
    .cure = Plug one in, or choose one. You can raise your hand all the same, and plug it in until it is taken.
hand-heard = When your hand is taken you are heard at once.
hand-heard-and-seen = When your hand is taken you are heard and seen at once.
hand-ready = Until then nothing leaves this computer. What you chose stays ready while your hand is up; take it down, and it is switched off.

hand-up = Your hand is up
hand-next = You are next
# $place: from 2
hand-place = Place { $place } in the queue
hand-change-note = Change note
hand-lower = Take it down
hand-closed = Hands are closed just now.
hand-muted = A moderator muted you.

guest-controls = Camera and microphone
guest-unheard = You are on stage without a microphone: nobody hears you.
guest-choose = Choose one
guest-chosen = Done
guest-leave = Leave the stage
guest-mark = Guest

hands-title = Hands
hands-queue = Raised hands
# $minutes: whole minutes
hands-since = { $minutes ->
    [0] just now
   *[other] { $minutes } min
}
hands-take = Take
hands-dismiss-name = Take the hand of { $name } down
hands-did-dismiss = The hand of { $name } is down
hands-not-live = Hands are taken while the show is live: before, a guest hears nobody.
hands-none = No hands are up
    .cure = Whoever raises one stands here, in order. Take one, and the audience hears them at once.
guests-title = From the audience, on stage
guests-unheard = Not heard: the microphone is off
keys-hand = Raise your hand
keys-take-hand = Take the next hand
