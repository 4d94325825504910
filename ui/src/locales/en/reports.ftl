### What happened in the rooms of an event, as files.

section-reports = Reports
reports-title = Reports
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
reports-chat-hint = Every message, with what was changed or taken out, and by whom.
reports-chat-none = { $rooms ->
    [one] Nothing was said in this room.
   *[other] Nothing was said in any room.
}
reports-chat-count = { $count ->
    [one] one message
   *[other] { $count } messages
}
reports-questions = Questions
reports-questions-hint = What was asked, how many wanted it answered, and the answer.
reports-questions-none = { $rooms ->
    [one] Nothing was asked in this room.
   *[other] Nothing was asked in any room.
}
reports-questions-count = { $count ->
    [one] one question
   *[other] { $count } questions
}
reports-polls = Polls
reports-polls-hint = The results: a row for each option, word and text, and the leaderboard.
reports-polls-none = { $rooms ->
    [one] No poll was opened in this room.
   *[other] No poll was opened in any room.
}
reports-polls-count = { $count ->
    [one] one poll
   *[other] { $count } polls
}
reports-votes = Votes by name
reports-votes-hint = Who voted for what, in polls that said so before the vote.
reports-votes-none = { $rooms ->
    [one] No poll in this room asked for names.
   *[other] No poll in any room asked for names.
}
reports-votes-count = { $count ->
    [one] one poll
   *[other] { $count } polls
}
reports-audit = Moderation
reports-audit-hint = What moderators did, to whom, and when.
reports-audit-none = { $rooms ->
    [one] Nothing was moderated in this room.
   *[other] Nothing was moderated in any room.
}
reports-audit-count = { $count ->
    [one] one entry
   *[other] { $count } entries
}
reports-log = Everything
reports-log-hint = The whole log of the room, entry by entry, for programs.
reports-log-none = { $rooms ->
    [one] Nothing has happened in this room yet.
   *[other] Nothing has happened in any room yet.
}
reports-log-count = { $count ->
    [one] one entry
   *[other] { $count } entries
}
