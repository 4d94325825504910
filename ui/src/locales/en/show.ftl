### What is planned for the show.

show-run-hint = What is called when. The crew has it in the control room, where it is called; what you change here, they see at once. The audience and those who speak never see it.
show-before = Before the sessions
show-behind = After “{ $session }”
show-no-cues = Nothing is planned here yet.
show-planned = { $planned } min planned
show-given = { $planned } of { $given } min planned
show-meant = meant to take { $shortest } to { $longest } min
show-length = How long “{ $session }” is meant to take
show-length-from = meant to take
show-length-to = to
show-length-minutes = min
show-shortest = At least, in minutes
show-longest = At most, in minutes
show-length-off = { $given } min is not what it is meant to take
show-length-wrong = { $least } to { $most }, or nothing
show-cue-title = What happens
show-cue-new = New cue
show-cue-notes = Notes for the crew
show-cue-notes-hint = Notes for the crew
show-cue-minutes = Minutes
show-cue-scene = Scene
show-cue-no-scene = No scene
show-cue-up = Move { $title } up
show-cue-down = Move { $title } down
show-cue-add = Add cue
show-minutes-wrong = 1 to 1440
show-field-scenes = Scenes
show-field-lengths = Meant lengths
show-field-length = { $shortest } to { $longest } min
show-field-cues = Run of show
show-field-cue = { $title }, { $minutes } min
show-scenes = Scenes of { $stage }
show-scenes-hint = How the picture can be divided, by names that the run of show calls.
show-scene-name = Name of the scene
show-scene-layout = Layout of { $name }
show-scene-new = New scene
show-scene-new-hint = Interview
show-scene-new-layout = Layout of the new scene
show-scene-add = Add scene
show-scene-taken = There is a scene of this name.
show-polls = Polls
show-polls-hint = Written now, so that nobody has to find the words in the middle of the show.
show-polls-no-session = A poll belongs to a session, and the agenda has none yet.
show-poll-question = Question
show-poll-options = Options
show-poll-session = Session
show-poll-multiple = Several options may be chosen
show-poll-new = New poll
show-poll-add = Add poll
show-mails = Mails
show-mails-hint = What people get by mail. When it is and the button to come in are always part of it.
show-mail-ours = In Houselights’ words
show-mail-own = Write your own
show-mail-drop = Use Houselights’ words
show-mail-dropped = { $mail } is in Houselights’ words again.
show-mail-subject = Subject
show-mail-body = Text
show-mail-placeables = It can name { $list }.
show-mail-confirmation = The ticket
    .subject = Your ticket for { "{ $event }" }
    .body =
        Hello { "{ $name }" },

        you are registered for { "{ $event }" }. We look forward to seeing you.
show-mail-reminder-day = A day before
    .subject = Tomorrow: { "{ $event }" }
    .body =
        Hello { "{ $name }" },

        { "{ $event }" } begins tomorrow: { "{ $when }" }.
show-mail-reminder-hour = An hour before
    .subject = In an hour: { "{ $event }" }
    .body =
        Hello { "{ $name }" },

        { "{ $event }" } begins in an hour.
show-mail-reminder-minutes = Five minutes before
    .subject = Starting now: { "{ $event }" }
    .body =
        Hello { "{ $name }" },

        { "{ $event }" } is about to begin. Come in!
show-mail-changed = Something changed
    .subject = Changed: { "{ $event }" }
    .body =
        Hello { "{ $name }" },

        something about { "{ $event }" } has changed.
show-mail-cancelled = The event does not take place
    .subject = Cancelled: { "{ $event }" }
    .body =
        Hello { "{ $name }" },

        { "{ $event }" } does not take place. { "{ $reason }" }
show-mail-speaker-invitation = Invitation of a speaker
    .subject = You are invited to speak at { "{ $event }" }
    .body =
        Hello { "{ $name }" },

        you are invited to speak at { "{ $event }" }: { "{ $when }" }. Come into the green room whenever you like, and check your devices there.
show-no-stage = There is no stage
show-no-stage-hint = Make a room of the kind “Stage” in the agenda, and its run of show stands here.
