### What stands beside the stage.

side-unread = { $count ->
    [one] { $count } new
   *[other] { $count } new
}
side-mentions = { $count ->
    [one] { $count } mention of you
   *[other] { $count } mentions of you
}
