### Who works for an organisation.

members-organisation = Organisation
members-all = All members
members-role = Role
members-role-of = Role of { $name }
members-you = (you)
members-lost = The mail that says so did not arrive. Is the address right?
members-remove = Remove
members-remove-named = Remove { $name }
members-remove-ask = Remove this member?
members-remove-hint = { $name } can no longer see or change anything of this organisation.
members-remove-me = You can no longer see or change anything of this organisation, and only another owner can let you back in.
members-removed = Removed { $name }.
members-new = New member
members-new-hint = They sign in with this address; there is nothing to accept.
members-add = Add member
members-added = Added { $name }.
