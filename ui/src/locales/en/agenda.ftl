### The agenda editor.

agenda-day = Day
agenda-by = Columns
agenda-by-room = Rooms
agenda-by-track = Tracks
agenda-no-room = No room
agenda-no-track = No track
agenda-none = No sessions yet. Press Add session, or double-click where one is to be.
agenda-none-yet = No sessions yet.
agenda-wrong = { $count ->
    [one] One thing to look at
   *[other] { $count } things to look at
}
agenda-warnings = To look at
# $title: of the session; $other: of another; $who: a speaker
warning-room-taken = “{ $title }” and “{ $other }” are in the same room at the same time.
    .here = “{ $other }” is in this room at the same time.
    .cure = Move one of them in time, or to another room.
warning-speaker-twice = { $who } speaks in “{ $title }” and in “{ $other }” at the same time.
    .here = { $who } speaks in “{ $other }” at the same time.
    .cure = Move one of them, or take the speaker out of one.
# $picked: how many people; $seats: how many there is room for
warning-overbooked = More people have “{ $title }” on their agenda than it has seats.
    .here = { $picked } people have it on their agenda, and it has { $seats } seats.
    .cure = Give it more seats, or hold it twice.
warning-begins-before = “{ $title }” begins before the event does.
    .here = It begins before the event does.
    .cure = Move it, or move the event under Overview.
warning-ends-after = “{ $title }” ends after the event does.
    .here = It ends after the event does.
    .cure = Move it, or set a later end under Overview.
# $what: what was done
agenda-undo = Undo: { $what } (Ctrl+Z)
agenda-undo-none = Nothing to undo
agenda-redo = Redo: { $what } (Ctrl+Shift+Z)
agenda-redo-none = Nothing to redo
agenda-add = Add session
agenda-new-title = New session
agenda-session = Session
agenda-structure = Rooms and tracks
agenda-how = Arrow keys move it by five minutes or to the next column, Page Up and Page Down to another day; with Shift up and down change its length. Delete deletes it, Escape puts it back.
agenda-walk = Enter opens it. Control with the arrow keys goes to another session, Home and End to the first and the last of the day.
# $title, $when, $where: of the session; $others: what it clashes with
agenda-said = { $title }: { $when }, { $where }.
agenda-said-clash = { $title }: { $when }, { $where }. Clashes with { $others }.
agenda-has-trouble = There is something to look at
agenda-close = Close the session
agenda-title = Title
agenda-starts = Starts
agenda-ends = Ends
agenda-nobody = Nobody
agenda-minutes = Minutes
agenda-seats = Seats
agenda-seats-all = All
agenda-room = Room
agenda-track = Track
agenda-speakers = Speakers
agenda-no-speakers = None yet. Add them under Speakers.
agenda-picked = { $count ->
    [0] On nobody’s agenda yet
    [one] On one person’s agenda
   *[other] On the agenda of { $count } people
}
agenda-cancel = Cancel session
agenda-cancel-ask = Cancel this session?
    .why = “{ $title }” stays on the agenda, struck through, { $count ->
        [0] so that everybody sees that it is off.
        [one] and the one who has it on their agenda sees that it is off.
       *[other] and the { $count } who have it on their agenda see that it is off.
    } This cannot be undone.
agenda-cancelled = Cancelled “{ $title }”.
agenda-delete = Delete
agenda-deleted = Deleted “{ $title }”.
agenda-rooms = Rooms
agenda-room-name = Name of the room { $title }
agenda-room-kind = Kind of room
agenda-add-room = New room
agenda-add-short = Add
agenda-tracks = Tracks
agenda-tracks-hint = Tracks give sessions a colour and let people follow a topic.
agenda-track-name = Name of the track { $title }
agenda-colour = Colour of the track { $title }
agenda-add-track = New track
agenda-delete-named = Delete { $title }
agenda-hint = Drag a session, or its lower edge; dropped on the name of another day it goes there. With the keyboard: arrow keys move it, with Shift they change its length, Page Up and Page Down take it to another day, and with Control they go from one session to another. A double click on an empty place makes a new one.
agenda-did-moved = Moved “{ $title }”
agenda-did-edited = Changed “{ $title }”
agenda-did-deleted = Deleted “{ $title }”
agenda-did-created = Added “{ $title }”
