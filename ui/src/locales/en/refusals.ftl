### Why something was not done, each with what to do about it.

refusal-malformed = The server did not understand the app.
    .cure = Update the app. If it is the newest, tell the organizer.
refusal-too-large = That is too large to send.
    .cure = Make it shorter.
refusal-unknown-command = The server is too old for this.
    .cure = Ask the organizer to update the server.
refusal-version-unsupported = This app is too old for the server.
    .cure = Install the newest version of Houselights.
refusal-token-invalid = This invite is not known here.
    .cure = Ask the organizer for a new link.
refusal-token-expired = This invite has run out.
    .cure = Ask the organizer for a new link.
refusal-signed-in-elsewhere = You signed in on another device.
    .cure = Go on there, or sign in again to go on here.
refusal-sending-elsewhere = Another device of yours sends camera or microphone.
    .cure = Switch them on here to take over, or go on there.
refusal-not-allowed = You may not do this.
    .cure = Ask the producer or the organizer.
refusal-no-such-room = This room is not open to you.
    .cure = Ask the organizer for the right link.
refusal-taken-down = The organizers took this down.
    .cure = Your link leads in again if they bring it back.
refusal-doors-closed = The doors are not open yet.
    .cure = Wait until they are: the app lets you in by itself.
refusal-event-over = This event is over.
    .cure = Thank you for coming. Only those who look after it can still come in.
refusal-event-cancelled = This event does not take place.
    .cure = Look into your mail for what the organizers say.
refusal-event-archived = This event is in the archive.
    .cure = It can be read, and nothing in it changes any more.
refusal-no-such-participant = They are not here just now.
    .cure = Wait until they are back.
refusal-not-backstage = They are not in the green room.
    .cure = Look at where they are now: someone else may have moved them.
refusal-stage-full = The stage is full.
    .cure = Take someone off the stage first.
refusal-scene-invalid = This scene is not possible any more.
    .cure = Someone in it has left. Choose the seats again.
refusal-no-such-cue = The run of show has changed.
    .cure = Look at it again: that cue or scene is no longer in the plan.
refusal-wrong-phase = The show is not at that point.
    .cure = Someone else may have gone live or ended the show just now.
refusal-undo-too-late = It is too late to take the end back.
    .cure = An end can be taken back for { $undoSeconds } seconds.
refusal-message-empty = There is nothing to send.
    .cure = Write a message first.
refusal-message-too-long = The message is too long.
    .cure = Make it { $messageChars } characters or fewer.
refusal-no-such-message = The message is gone already.
    .cure = Someone else removed it.
refusal-not-reachable = You cannot write to this person.
    .cure = They may not take messages here, or have left.
refusal-too-many-blocked = You block as many people as you can.
    .cure = Unblock somebody first.
refusal-name-invalid = This name cannot be used.
    .cure = Give a name of 1 to { $nameChars } characters.
refusal-profile-invalid = This profile cannot be kept as it is.
    .cure = Make the lines shorter, and give links that begin with https://.
refusal-email-invalid = This is no e-mail address.
    .cure = Look for a slip of the pen, and try again.
refusal-mail-unavailable = This server sends no mail.
    .cure = Ask whoever runs it for a link to sign in with.
refusal-image-unusable = This picture cannot be used.
    .cure = Choose another PNG, JPEG or WebP file, of at most 8,192 pixels a side.
refusal-closed = This is closed just now.
    .cure = Wait until a moderator opens it again.
refusal-muted = A moderator muted you.
    .cure = You can read along. Ask whoever runs this event if you think that this is a mistake.
refusal-links-not-allowed = Links are not allowed here.
    .cure = Leave the link out, and send the rest.
refusal-words-not-allowed = A word in it is not allowed here.
    .cure = Say it in other words.
refusal-too-many-mentions = It names too many people.
    .cure = Name { $mentions } at most.
refusal-no-such-question = The question is not there any more.
    .cure = Someone else settled it, or it was taken back.
refusal-no-such-poll = This cannot be done with the poll as it stands.
    .cure = Someone else opened, closed or dropped it.
refusal-poll-invalid = The poll cannot be asked like this.
    .cure = Give it a question, and as many options as its kind needs.
refusal-choice-invalid = This vote cannot be counted.
    .cure = Choose among what the poll offers.
refusal-already-voted = You have voted.
    .cure = Votes of this poll cannot be changed.
refusal-no-such-hand = The hand is down already.
    .cure = Someone else took it, or it was lowered.
refusal-full = There are as many as this room can hold.
    .cure = Try again later, when some of them are settled.
refusal-removed = A moderator removed you from this room.
    .cure = Ask whoever runs this event.
refusal-timed-out = A moderator sent you out for a while.
    .cure = Come back in { $seconds } { $seconds ->
        [one] second
       *[other] seconds
    }.
refusal-banned = You cannot take part in this event any more.
    .cure = Ask whoever runs it if you think that this is a mistake.
refusal-room-locked = The room is locked just now.
    .cure = Try again later, or go to another room.
refusal-slow-down = That was too fast.
    .cure = Try again in { $seconds } { $seconds ->
        [one] second
       *[other] seconds
    }.
refusal-too-far-behind = This computer could not keep up.
    .cure = The app connects again by itself. Close other programs if it happens often.
refusal-overloaded = The server is full just now.
    .cure = Try again in { $seconds } { $seconds ->
        [one] second
       *[other] seconds
    }.
refusal-shutting-down = The server is restarting.
    .cure = The app connects again by itself.
refusal-storage-unavailable = The server cannot save anything just now, so nothing was done.
    .cure = Try again in a minute. The organizer should look at the server’s disk.
refusal-provider-unavailable = Your account’s provider does not answer just now.
    .cure = Try again in a minute, or sign in another way.
refusal-media-unacceptable = The server did not accept pictures and sound from this computer.
    .cure = Update the app. Chat goes on working.
refusal-unknown = The server said no, for a reason this app does not know.
    .cure = Update the app, then try again.

problem-not-a-link = This is not an invite link.
    .cure = It looks like https://…/join/… or houselights://join?… Copy the whole link from your invitation.
problem-unreachable = The event’s server cannot be reached.
    .cure = Check the internet connection and that the link is complete, then try again.
problem-unconfirmed = Nothing was sent: this server is new to this app, or the way to it is not safe.
    .cure = Open the link again, look where it leads, and say that you want to go there.
problem-offline = That was not done: there is no connection to the event.
    .cure = Do it again as soon as the connection is back. Nothing is sent late.
problem-unsure = The server has not answered: whether that was done is not known.
    .cure = Look at the room. If it is not as you want it, do it again. Nothing is sent late.
problem-signed-out = You are signed out.
    .cure = Open your invite link to come back in.

login-invalid = You are no longer signed in here.
    .cure = Sign in again with your invite link.
login-expired = You were signed in for a long time, and that has run out.
    .cure = Sign in again with your invite link.

broken-camera = The camera cannot be used.
broken-microphone = The microphone cannot be used.
broken-speaker = The loudspeaker cannot be used.
why-no-sound = This system has no sound devices. Plug one in.
why-missing = It is not there any more. Plug it in again or choose another.
why-closed = Close other programs that use it, plug it in again, or choose another.
why-stopped = It stopped. Plug it in again or choose another.
why-unreadable = It gives pictures or sound of a kind that this app cannot read. Choose another.
why-clip-missing = The clip’s file cannot be read. Look whether it is still there, or choose another.
why-clip-too-large = The clip is larger than 64 MB. Choose a shorter one.
why-clip-unplayable = The file is no WebM clip with VP8 pictures or Opus sound. Choose another.
why-clip-lacks = The clip holds no pictures, or no sound. Choose something else for them.
why-not-offered = It is not among what can be chosen here. Choose one of the list.
why-internal = The app itself failed. Choose it again, or start the app again.
# $detail: what the system says, in its own language
system-says = The system says: { $detail }
