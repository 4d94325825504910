### The events of an organisation, and making one.

events-title = Events
events-now = Live now
events-next = Coming up
events-drafts = Drafts
events-past = Past
events-new = New event
events-empty = No events yet
events-empty-hint = Start from a template: it brings an agenda, rooms and colours. A few minutes later people can register.
events-empty-else = As soon as an organizer makes one, it stands here.
events-registered = { $count } registered
events-registered-of = { $count } of { $most } registered
events-trash = Deleted in the last 30 days ({ $count })
events-search = Title of an event
events-count = { $count ->
    [one] one event
   *[other] { $count } events
}
# $all: of how many
events-found = { $count ->
    [one] one of { $all } events
   *[other] { $count } of { $all } events
}
events-none-found = No event has this title
events-none-found-hint = Search for fewer letters.
events-restore = Restore “{ $title }”
event-cancelled = Cancelled

creation-title = New event
creation-step = Step { $step } of 2
creation-choose = What will it be?
creation-choose-hint = A template brings an agenda, rooms and colours. Everything can be changed afterwards.
creation-own = Your templates
creation-ours = From Houselights
# $hours and $minutes: how long it takes
template-length = { $hours ->
    [0] { $minutes } min
   *[other] { $minutes ->
        [0] { $hours } h
       *[other] { $hours } h { $minutes } min
    }
}
template-rooms = { $count ->
    [one] one room
   *[other] { $count } rooms
}
creation-details = When is it?
creation-name = Title
creation-when = Starts
creation-zone = Time zone
creation-zone-own = On your clock that is { $when }.
creation-back = Another template
creation-create = Create event
creation-creating = Creating…
creation-past = This is in the past. Choose a later time to create the event.
creation-skipped = Clocks go forward then and skip this time. The event starts at { $when }.
creation-twice = Clocks go back then and this time comes twice. The first one is meant.
creation-after = The event is a draft first. Nobody sees it before you publish it.
templates-title = Templates
templates-hint = What a new event begins with. Any event can be saved as one, on its overview.
templates-import = Import a file
templates-export = Export
templates-delete = Delete
templates-exported = The template was written to the file.
templates-imported = Imported “{ $title }”.
templates-deleted = Deleted “{ $title }”.
templates-delete-ask = Delete this template?
templates-delete-hint = “{ $title }” will be gone for everyone in the organisation. Events that were made from it stay as they are. It can be restored for 30 days, below the list.
