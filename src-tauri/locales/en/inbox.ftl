# System notifications about direct messages and mentions, while no window of the app is looked at. A direct message has its writer as title, and
# says how it begins.
note-mentioned = { $name } mentioned you
note-mentioned-notes = { $name } mentioned you in the crew’s notes
note-several = { $count ->
    [one] { $count } new message for you
   *[other] { $count } new messages for you
}
