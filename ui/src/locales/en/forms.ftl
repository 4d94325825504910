### What is said of anything that is written and saved.

count-wrong = Write a whole number, such as 100.
draft-lost = Not saved, and this computer cannot keep it: it is lost when the app ends. Copy it before you go.

unsaved-title = Not saved yet
unsaved-hint = You typed this, and it never reached the server. It is kept on this computer only.
# $when: when it was typed
unsaved-when = { DATETIME($when, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: 0) }
unsaved-go = Go there
unsaved-discard = Discard
# $what: what it is of; $words: the beginning of it
unsaved-discard-named = Discard { $what }: { $words }
unsaved-event = An event
unsaved-event-move = Another time for an event
unsaved-event-cancel = Why an event is cancelled
unsaved-session = A session
unsaved-room = A room
unsaved-track = A track
unsaved-speaker = A speaker
unsaved-ticket = A ticket
unsaved-question = A question
unsaved-cue = A cue
unsaved-length = How long a session is meant to take
unsaved-scene = A scene
unsaved-poll = A poll
unsaved-mail = A mail
unsaved-new-poll = A new poll
unsaved-new-scene = A new scene
unsaved-organisation = An organisation
unsaved-person = Your account
unsaved-new-event = A new event
unsaved-new-room = A new room
unsaved-new-track = A new track
unsaved-new-speaker = A new speaker
unsaved-new-ticket = A new ticket
unsaved-new-code = A new code
unsaved-new-question = A new question
unsaved-new-person = Somebody to be added
unsaved-new-member = A new member
unsaved-new-key = A new API key
unsaved-new-hook = A new webhook
unsaved-new-organisation = A new organisation
unsaved-new-template = A new template
unsaved-other = Something else
# $count: how many texts are not saved
unsaved-leave = Sign out and lose what is not saved?
    .why = { $count ->
        [one] Something that you typed in the dashboard is not saved yet. It is kept on this computer only, and signing out throws it away.
       *[other] { $count } things that you typed in the dashboard are not saved yet. They are kept on this computer only, and signing out throws them away.
    }
    .go = Look at them first
unsaved-leave-yes = Sign out

section-unread = This has not been read yet, and the server cannot be reached.
    .cure = Check the internet connection and try again. What was read before can be read without the server.
section-look = Load again
# Under fields for longer texts. What stands between the signs is what is typed.
markdown-hint = Markdown works here: **bold**, *italic*, [a link](https://…), # a heading, - a list, > a quotation. Pictures are not shown, and HTML stays as it is typed.
