//! The integration tests: one binary, so that what they share is linked once.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "in a test, what does not hold ends the test"
)]

mod agenda;
mod api_keys;
mod architecture;
mod archive;
mod archive_log;
mod bounces;
mod bounds;
mod chat;
mod crash;
mod devices;
mod doors;
mod erasure;
mod events;
mod files;
mod frames;
mod generated;
mod giving_back;
mod hands;
mod history;
mod house;
mod inbox;
mod landing;
mod late_mail;
mod life;
mod load;
mod log;
mod mail;
mod media;
mod media_session;
mod moderation;
mod notices;
mod oidc;
mod organisations;
mod pace;
mod payments;
mod people;
mod polls;
mod process;
mod protocol;
mod qa;
mod raw_frames;
mod reactions;
mod registration;
mod reminders;
mod replay;
mod reports;
mod resume;
mod run_of_show;
mod show_plan;
mod sign_in_mail;
mod signing_in;
mod simulation;
mod smtp;
mod stage;
mod statements;
mod storage;
mod storm;
mod stripe;
mod templates;
mod tenancy;
mod tickets;
mod trash;
mod uploads;
mod webhooks_out;
mod words;
