### What stands beside the stage.

side-unread = { $count ->
    [one] { $count } new
   *[other] { $count } new
}
