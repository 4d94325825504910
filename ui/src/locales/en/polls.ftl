### Polls and quizzes.

polls-title = Polls
polls-empty = No poll yet
polls-empty-words = When one opens, you vote here.
polls-empty-then = When one was opened, it stands here.
polls-empty-runs = Write one now, and open it when its moment comes.
polls-phase-draft = Draft
polls-phase-open = Open
polls-phase-closed = Closed
polls-phase-archived = Archived
polls-phase-unknown = Poll
polls-archived = Archive ({ $count })
polls-left = Time left
polls-on-stage = On stage
polls-unknown = This app is too old for this kind of poll.

polls-choose-one = Choose one
# $most: how many at most
polls-choose-some = Choose up to { $most }
polls-choose-stars = How many stars?
polls-choose-words = Up to { $most } words
polls-choose-text = Your answer
polls-word = Word { $number }
polls-stars = { $count ->
    [one] { $count } star
   *[other] { $count } stars
}
polls-vote = Vote
# $question: what the poll asks
polls-call = A poll is open: { $question }
polls-call-aside = Not now
polls-keep = Keep my vote
polls-again = Change my vote
polls-unnamed = Anonymous: nobody sees who voted for what.
polls-named = With your name: whoever runs the event sees how you voted.
polls-voted = Your vote is in.
polls-muted = A moderator muted you: you can vote, but not in words of your own.
polls-counting = It is being counted.
polls-shown-later = Results are shown when the poll closes.

# $percent: whole per cent. $count: how many
polls-share = { $percent } %
polls-own = you
polls-of-stars = of { $stars } stars
polls-times = { $count ->
    [one] { $count } time
   *[other] { $count } times
}
polls-voters = { $count ->
    [one] { $count } vote
   *[other] { $count } votes
}
polls-quiz-right = Right!
polls-quiz-wrong = Not this time.
polls-quiz-points = { $points ->
    [one] You have { $points } point.
   *[other] You have { $points } points.
}
polls-leaders = Leaderboard

polls-controls = What can be done with the poll “{ $question }”
polls-open = Open
polls-close = Close
polls-did-close = “{ $question }” is closed
polls-reopen = Open again
# $answer: a text or a word that somebody gave
polls-hide = Take “{ $answer }” out
polls-did-hide = “{ $answer }” is taken out
polls-hidden = { $count ->
    [one] One answer was taken out
   *[other] { $count } answers were taken out
}
polls-show = Show again
polls-show-answer = Show “{ $answer }” again
polls-archive = Archive
polls-drop = Throw away
# $question: what the poll asks
polls-dropped = Thrown away: { $question }
polls-drop-ask = Throw this poll away?
polls-drop-lead = “{ $question }” goes out of this room with its results, for good.
polls-drop-not = Keep it
polls-edit = Change
polls-stage = Show on stage
polls-stage-clear = Take off the stage

polls-planned = Planned
polls-planned-hint = Written beforehand for this room. A draft can still be changed before it opens.
polls-planned-options = { $count ->
    [one] one option
   *[other] { $count } options
}
polls-planned-make = Make a draft
polls-planned-make-of = Make a draft of “{ $question }”
polls-votes = Who voted for what
polls-votes-count = { $count ->
    [0] Nobody has voted yet.
    [one] one vote
   *[other] { $count } votes
}
polls-votes-again = Look again
polls-votes-more = More names
polls-votes-failed = It could not be read. Look again in a moment.

polls-new = New poll
polls-question = Question
polls-kind = Kind
polls-kind-single = One answer
polls-kind-multiple = Several answers
polls-kind-rating = Rating
polls-kind-word-cloud = Word cloud
polls-kind-open-text = Open text
polls-kind-quiz = Quiz
polls-most = Up to
polls-number-stars = Stars
polls-number-words = Words each
polls-number-points = Points
polls-options = Options
polls-options-right = Options, with the right ones checked
polls-option = Option { $number }
polls-option-right = Option { $number } is right
polls-option-up = Move option { $number } up
polls-option-down = Move option { $number } down
polls-option-remove = Remove option { $number }
polls-option-add = Add an option
polls-shown = Results are shown
polls-shown-always = At once
polls-shown-after-vote = After voting
polls-shown-after-close = When it closes
polls-length = Open for
polls-untimed = Until I close it
polls-seconds = { $seconds } seconds
polls-named-check = With the names of those who vote
polls-changeable = Votes can be changed
polls-compose-save = Save draft
polls-compose-save-new = Save as a new draft
polls-lost-dropped = Somebody threw this draft away. What you wrote is still here: save it as a new draft.
polls-lost-opened = Somebody opened this poll as it was. What you wrote is still here: save it as a new draft.
polls-compose-not = Cancel
