### What windows are called by the system.

window-studio = Studio – Houselights
window-control = Control room – Houselights
window-plain = Houselights
window-dashboard = Dashboard – Houselights
# $count: messages and mentions that were not read; $title: one of the above
window-unread = ({ $count }) { $title }
