### What stands beside the stage.

side-title = Taking part
side-unread = { $count ->
    [one] { $count } new
   *[other] { $count } new
}
side-mentions = { $count ->
    [one] { $count } mention of you
   *[other] { $count } mentions of you
}

undo = Undo
undo-close = Close, and leave it as it is

## Words of one's own that are not taken yet.

own-sending = Sending…
own-waiting = Waits for the connection, and is sent then
# $why: a sentence
own-not-sent = Not sent: { $why }
own-again = Send again
own-discard = Discard
