### The registration form.

questions-hint = Everybody is asked for name and e-mail. Here stands what you ask beyond that; ask little, and more people register.
questions-none = No further questions
questions-none-hint = People register with name and e-mail alone, which is quickest.
questions-new = New question
questions-label = Question
questions-label-hint = What should we know about you?
questions-kind = Answer
questions-options = Options
questions-options-hint = One a line, at least two
questions-options-few = Write at least two options, one a line.
questions-add = Add question
questions-required = Required
questions-move = Move “{ $label }”
questions-move-hint = Drag, or press the arrow keys
# $label: of the question; $place: from 1
questions-said = { $label } is now { $place } of { $count }.
