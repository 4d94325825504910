### Reactions, and what lies over the program.

reactions-title = Reactions
reaction-clap = Applaud
reaction-heart = Love it
reaction-laugh = Laugh
reaction-wow = Wow
reaction-party = Celebrate
reaction-thumbs-up = Agree

overlay-question = A question of the audience
overlay-somebody = Asked anonymously
overlay-poll = A poll
overlay-share = { $percent } %
overlay-stars = { $count ->
    [one] { $count } star
   *[other] { $count } stars
}
overlay-times = { $count ->
    [one] { $count } time
   *[other] { $count } times
}
overlay-vote = Vote now
overlay-voters = { $count ->
    [one] { $count } vote
   *[other] { $count } votes
}
