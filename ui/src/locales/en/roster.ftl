### Who is in a room, and what people say of themselves.

roster-title = People
roster-search = Find by name
roster-again = Try again
roster-stage = On stage
roster-backstage = In the green room
roster-audience = In the audience
roster-audience-list = The audience, by name
roster-you = you
roster-count = { NUMBER($count) }
roster-nobody = Nobody here is called that.
roster-alone = Nobody is in the audience yet.
roster-found = { $count ->
    [0] Nobody found
    [one] { $count } person found
   *[other] { $count } people found
}

profile-own = Your profile
profile-title = Your profile at this event
profile-why = Others see your name. What else they see of you is up to you.
profile-reading = Looking for what you said before…
profile-before = You have a profile from another event.
profile-take-over = Use it here
profile-headline = What you do
profile-headline-hint = One line, as on a badge.
profile-company = Company or organisation
profile-pronouns = Pronouns
profile-about = A few words about you
# $number: which of the links
profile-link = Link { $number }
profile-link-wrong = Give an address that begins with https://
profile-shown-to = Who is shown this
profile-to-everybody = Everybody at the event
profile-to-crew = Speakers and crew
profile-to-nobody = Nobody
profile-preview = How others see you
profile-seen-everybody = Everybody at this event sees it like this.
profile-seen-crew = Speakers and crew see it like this. Everybody else sees your name.
profile-seen-nobody = Your name is all that anybody sees.
profile-crew-alone = Shown to speakers and crew alone.
profile-cancel = Cancel
profile-save = Save
# $name: a person
profile-nothing = { $name } has not said anything about themselves here.
profile-failed = What they say of themselves cannot be read just now.
profile-edit = Edit your profile
profile-write = New message
