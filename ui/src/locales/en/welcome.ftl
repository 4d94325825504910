### Signing in.

welcome-title = Come on in
welcome-lead = Paste the link from your invitation.
welcome-link = Invite link
welcome-continue = Continue
welcome-looking = Looking…
# $role: as what one comes, such as Speaker
welcome-as = You come in as: { $role }
welcome-as-name = { $name }, you come in as: { $role }
welcome-name = Your name
welcome-join = Come in
welcome-joining = Coming in…
welcome-back = Another link
welcome-forgets = This system has no key store, so the app keeps you signed in only until it is closed. Keep your link.
