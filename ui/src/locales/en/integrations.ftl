### What other programs may do, and what they are told.

integrations-once = It is shown this once. Copy it to where it is needed.
integrations-seen = I have copied it
api-keys = API keys
api-keys-hint = With a key another program works with your events. What it can ask for at /graphql of the server stands in server/schema.graphql, which comes with Houselights.
api-keys-secret = Your new key.
api-keys-never = never used
api-keys-used = last used { $when }
api-keys-name = Name
api-keys-name-hint = What is it for?
api-keys-may = It may
api-keys-add = Create key
api-keys-revoke = Revoke
api-keys-revoke-named = Revoke { $name }
api-keys-revoke-ask = Revoke this key?
api-keys-revoke-hint = Whatever uses “{ $name }” stops working at once. This cannot be undone.
keys-revoked = Revoked “{ $name }”.
hooks = Webhooks
hooks-hint = Your own server is told when something happens. Each delivery is signed, and tried again when it fails; docs/webhooks.md, which comes with Houselights, says how.
hooks-secret = What deliveries are signed with.
hooks-url = Address
hooks-wrong = This address cannot be used. It has to begin with https:// and lead to a server on the internet.
hooks-kinds = Told of
hooks-add = Add webhook
hooks-failed = { $count } not delivered
hooks-log = Deliveries
hooks-no-log = Nothing has been sent yet.
hooks-what = What
hooks-when = When
hooks-state = State
hooks-answer = Answer
hooks-attempts = { $count ->
    [one] one attempt
   *[other] { $count } attempts
}
hooks-retry = Try now
hooks-delete-ask = Delete this webhook?
hooks-delete-hint = { $url } is told nothing any more. It can be restored for 30 days, below the list.
hooks-deleted = The webhook is gone.
