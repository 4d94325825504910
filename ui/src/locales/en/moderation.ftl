### Keeping a room in order.

moderation-title = Moderation
moderation-parts = Parts of moderation
moderation-now = Now
moderation-rules = Rules
moderation-audit = Log
moderation-waits = { $count } to look at

moderation-stop-all = Stop everything
moderation-stop-hint = Closes chat, questions, reactions and hands for the audience at once. Raised hands come down and guests leave the stage. Undo opens what was open.
moderation-resume-all = Open everything again
moderation-resume-hint = Puts back what was open before.
moderation-stopped = Everything is stopped.
moderation-stopped-what = Chat, questions, reactions and hands are closed. Polls and direct messages go on.
moderation-resume = Undo
keys-stop = Stop everything, or undo it

# $name: whom it is about
moderation-about = What can be done about { $name }
moderation-mute = Mute
moderation-out-short = Send out for 5 minutes
moderation-out-hour = Send out for an hour
moderation-out-day = Send out for a day
moderation-remove = Remove from the room
moderation-ban = Ban from the event
moderation-lift = Let them take part again
moderation-lift-mute = Let them write again
moderation-lift-out = End the time out
moderation-lift-remove = Let them into the room again
moderation-lift-ban = Lift the ban
moderation-hide = Hide the message
moderation-report = Report…

moderation-did-mute = { $name } is muted
moderation-did-out-short = { $name } is out for 5 minutes
moderation-did-out-hour = { $name } is out for an hour
moderation-did-out-day = { $name } is out for a day
moderation-did-remove = { $name } is removed from the room
moderation-did-ban = { $name } is banned from the event
moderation-did-lift = { $name } can take part again
moderation-did-lift-mute = { $name } is muted no more
moderation-did-lift-out = The time out of { $name } is over
moderation-did-lift-remove = { $name } may come into the room again
moderation-did-lift-ban = { $name } is banned no more
moderation-did-hide = The message of { $name } is hidden
moderation-did-settle = The report of { $name } is settled

moderation-muted = muted
# $until: a time, or a moment
moderation-timed-out = out until { $until }
moderation-removed = removed from the room
moderation-banned = banned from the event
moderation-kept = kept from something

lobby-title = Waiting to come in
lobby-admit-all = Admit all
lobby-admit = Admit
lobby-admit-who = Admit { $name }
# $time: since when
lobby-since = since { $time }
lobby-further = { $count ->
    [one] and one more
   *[other] and { $count } more
}

moderation-reports = Reports
reports-none = Nothing is reported.
# $name: who reported it
report-of = A report by { $name }
# $name: who is reported
report-person = About { $name }, who said last:
report-act = Act…
report-earlier = { $count ->
    [one] Changed once before it was reported
   *[other] Changed { $count } times before it was reported
}
report-settle = Settled

sanctions-title = Muted, out, banned
sanctions-none = Nobody is kept from anything.
sanctions-ban-note = A ban holds for a ticket, on every device. Whoever came by an invite that is open to all can come again by it, under another name: let newcomers wait, or lock the room.
sanctions-lift = Lift
# $role: as what somebody did it, who stands above whoever reads this
sanctions-above = By: { $role }
# $what: what somebody is kept from
sanctions-lift-who = Lift for { $name }: { $what }

rules-title = The audience may
rules-chat = Write in the chat
rules-questions = Ask questions
rules-reactions = React
rules-hands = Raise a hand
rules-links = Post links
rules-review = Questions wait for a moderator
rules-anonymous = Ask anonymously
rules-slow = Between two messages or questions
rules-slow-off = No pause
rules-slow-every = { $seconds ->
    [60] 1 minute
    [300] 5 minutes
   *[other] { $seconds } seconds
}
rules-door = At the door
rules-lobby = Waiting room
rules-lobby-hint = Newcomers wait until somebody lets them in.
rules-lock = Locked
rules-lock-hint = Nobody else comes in. Who was here comes back.

words-title = Words that are refused
words-hint = Whole words, in any case, in messages, questions and notes of the audience.
words-add = A word, or several with commas
words-add-do = Add
# $word: the word
words-remove = Take { $word } out
words-did-remove = { $word } may be written again

audit-title = What was done
audit-again = Refresh
audit-older = Show older
audit-none = Nothing was done yet.
audit-failed = It could not be read. Refresh it in a moment.
audit-organizer = An organizer
audit-stopped = stopped everything
audit-rules = changed what the audience may do
audit-muted = muted { $name }
audit-timed-out = sent { $name } out
audit-removed = removed { $name } from the room
audit-banned = banned { $name } from the event
audit-kept = kept { $name } from something
audit-lifted = let { $name } take part again
audit-lifted-mute = let { $name } write again
audit-lifted-out = ended the time out of { $name }
audit-lifted-remove = let { $name } into the room again
audit-lifted-ban = lifted the ban of { $name }
audit-hidden = hid a message of { $name }
audit-message-removed = removed a message of { $name }
audit-shown = showed a message of { $name } again
audit-pinned = pinned a message of { $name }
audit-unpinned = unpinned the message
audit-announced = announced
audit-announcement-ended = took the announcement back
audit-question = settled a question
audit-question-opened = opened a question
audit-poll-dropped = deleted a poll
audit-hand-lowered = took down the hand of { $name }
audit-hand-raised = brought the hand of { $name } back
audit-on-stage = brought { $name } on stage
audit-off-stage = sent { $name } off the stage
audit-report = settled a report
audit-report-reopened = took up a report again
audit-answer-hidden = took an answer out of a poll
audit-answer-shown = showed an answer of a poll again
audit-admitted = { $count ->
    [one] let somebody in
   *[other] let { $count } people in
}
audit-other = did something


## Telling them of somebody, or of what somebody said.

# $name: a person
report-message = Report the message of { $name }?
report-message-what = Those who look after this room see the message, and what was said before it. Nobody else does.
report-question = Report this question?
report-question-what = Those who look after this room see it. Nobody else does.
report-person-title = Report { $name }?
report-person-what = Those who look after this room see it, with what this person said last. Nobody else does.
report-why = What is wrong? (You can leave it empty)
report-send = Report
report-not = Cancel
report-sent = Thank you for the report.
    .cure = Those who look after this room look at it now.
