### What happened in the rooms of an event, as files.

section-reports = Reports
reports-title = Reports
reports-table = What can be saved
reports-hint = What happened in the rooms, to look through or to keep. Times are in UTC.
reports-anonymous = Anonymous stays anonymous: no report says who asked an anonymous question, or who voted for what in a poll without names.
reports-room = Room
reports-all-rooms = All rooms
reports-what = Report
reports-how-much = How much
reports-save = Save
reports-csv = CSV
reports-jsonl = JSON Lines
reports-save-as = { $name } as { $format }

reports-chat = Chat
    .hint = Every message, with what was changed or taken out, and by whom.
    .none = { $rooms ->
        [one] Nothing was said in this room.
       *[other] Nothing was said in any room.
    }
    .count = { $count ->
        [one] one message
       *[other] { $count } messages
    }
reports-questions = Questions
    .hint = What was asked, how many wanted it answered, and the answer.
    .none = { $rooms ->
        [one] Nothing was asked in this room.
       *[other] Nothing was asked in any room.
    }
    .count = { $count ->
        [one] one question
       *[other] { $count } questions
    }
reports-polls = Polls
    .hint = The results: a row for each option, word and text, and the leaderboard.
    .none = { $rooms ->
        [one] No poll was opened in this room.
       *[other] No poll was opened in any room.
    }
    .count = { $count ->
        [one] one poll
       *[other] { $count } polls
    }
reports-votes = Votes by name
    .hint = Who voted for what, in polls that said so before the vote.
    .none = { $rooms ->
        [one] No poll in this room asked for names.
       *[other] No poll in any room asked for names.
    }
    .count = { $count ->
        [one] one poll
       *[other] { $count } polls
    }
reports-audit = Moderation
    .hint = What moderators did, to whom, and when.
    .none = { $rooms ->
        [one] Nothing was moderated in this room.
       *[other] Nothing was moderated in any room.
    }
    .count = { $count ->
        [one] one entry
       *[other] { $count } entries
    }
reports-log = Everything
    .hint = The whole log of the room, entry by entry, for programs.
    .none = { $rooms ->
        [one] Nothing has happened in this room yet.
       *[other] Nothing has happened in any room yet.
    }
    .count = { $count ->
        [one] one entry
       *[other] { $count } entries
    }
