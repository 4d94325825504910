### What windows are called by the system.

window-studio = Studio – Houselights
window-control = Control room – Houselights
window-plain = Houselights
window-dashboard = Dashboard – Houselights
