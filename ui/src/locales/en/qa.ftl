### Questions of the audience.

qa-title = Q&A
qa-queue = Which questions
qa-queue-waiting = Waiting
qa-queue-open = Open
qa-queue-answered = Answered
qa-queue-dismissed = Dismissed
qa-queue-merged = Merged
qa-order = In which order
qa-order-wanted = Most wanted
qa-order-newest = Newest

qa-empty-open = No question yet
    .cure = What do you want to know? Ask below, and others can say that they want to know it, too.
qa-empty-then = No question yet
    .cure = When one was asked, it stands here.
qa-empty-answered = Nothing is answered yet
    .cure = What was answered, on stage or in writing, stands here.
qa-empty-waiting = Nothing waits
    .cure = What the audience asks comes here first.
qa-empty-dismissed = Nothing was dismissed
    .cure = What is put aside stays here, and can be opened again.
qa-empty-merged = Nothing was merged
    .cure = What another question asks as well stands here, and can be parted from it again.
# $question: the text of the question that asks it as well
qa-merged-into = Asked by “{ $question }”
qa-part = Part again

qa-you = You
qa-somebody = Asked anonymously
# $count: how many want it answered
qa-want = { $count ->
    [one] { $count } person wants this answered
   *[other] { $count } people want this answered
}
qa-want-too = I want this answered, too
qa-want-not = Take my vote back
qa-want-own = Your own question
qa-votes = { $count ->
    [one] { $count } vote
   *[other] { $count } votes
}
qa-on-stage = On stage
qa-answered-live = Answered live
# $name: who answered
qa-answer-by = { $name } answers

qa-own = Your questions that others do not see
qa-own-waiting = Waits for a moderator
qa-own-dismissed = Put aside by a moderator
qa-own-merged = Goes on in a question like it
qa-own-unnamed = anonymous
qa-withdraw = Take back

qa-ask = Ask
qa-ask-named = Ask by name
qa-ask-unnamed = Ask anonymously
qa-ask-label = Ask a question
qa-anonymous = Anonymously
# $left: characters, negative when too long
qa-left = { $left } left
qa-alike = Is it one of these?
qa-report = Report this question
qa-sort = The order has changed: sort again
qa-closed = Questions are closed just now.
qa-muted = A moderator muted you: you can read along.

qa-tools = What can be done with the question
qa-open = Approve
qa-dismiss = Dismiss
qa-live = Answered live
qa-write = Answer in writing
qa-merge = Merge into another
qa-stage = Show on stage
qa-stage-clear = Take off the stage
qa-opened = Question opened
qa-dismissed = Question dismissed
qa-answered = Question answered
qa-merged = Question merged

qa-answer-label = Write the answer
qa-answer-send = Answer
qa-answer-not = Cancel

qa-merge-title = Which question asks the same?
qa-merge-search = Find a question
qa-merge-none = No open question to merge into.
qa-merge-no = Cancel
