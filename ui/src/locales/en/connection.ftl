### How the connection stands; short, for the chip in every window.

connection-signed-out = Signed out
connection-connecting = Connecting…
connection-connected = Connected
# $ms: there and back to the server, in milliseconds
connection-connected-ms = Connected · { $ms } ms
connection-reconnecting-in = Reconnecting in { $seconds } s
connection-reconnecting-now = Reconnecting…
connection-early = Doors closed
connection-ended = Not connected

connection-lost = The connection to the event is lost.
    .cure = It comes back by itself, and you will miss nothing of the chat. What you write now is sent then.
connection-needed = The show can be changed again as soon as the connection is back.
connection-nobody = You are signed out.
    .cure = Open your invite link to come back in.
connection-sign-in = Sign in
connection-go = Leave

pictures-unable = This computer’s web view cannot decode video.
    .cure = Update the system’s web view (WebKitGTK 2.46 or later on Linux), then start the app again. Sound and chat work.

page-failed = This window has stopped working.
    .cure = The show goes on, and you stay connected: only the window starts again.
page-again = Start the window again

leave-event = Leave the event

room-awaited = Finding out where the show stands…

close-question = Close Houselights?
close-explained = The show goes on without you. You can come back with your link.
close-stay = Stay
close-yes = Close
notice-dismiss = Close this notice

media-blocked = Pictures and sound do not get through to this computer.
    .cure = A firewall or a VPN on the way blocks UDP. Switch the VPN off or try another network; or ask whoever runs this network to let UDP through to the event’s server. Chat goes on working.

keeping-this-run = You stay signed in only until the app is closed.
    .cure = This system has no key store that could be used. Keep your link to come back in.

keys-title = Keyboard shortcuts
keys-single = Shortcuts of a single character
keys-single-hint = Switch them off if you press them by chance, or dictate.
keys-this = Show this list
keys-close = Close
keys-mute = Mute or unmute
keys-take = Take
keys-microphone = Microphone on or off
keys-camera = Camera on or off

connection-away = Not in the room

outside-waiting = You are in the waiting room
    .what = A moderator lets you in. You do not have to do anything: the room opens here by itself.
outside-locked = The room is locked just now
    .what = Nobody else comes in at the moment. Your ticket stays good: you come in by itself once it is open.
# $until: a time, or a moment
outside-out-until = A moderator sent you out until { $until }
    .what = You come in again by itself then. Ask whoever runs this event if you think that this is a mistake.
outside-out = A moderator removed you from this room
    .what = Other rooms of the event are open to you. If this is taken back, you come in again by itself.
