//! The event server of Houselights: rooms as ordered logs, told to everyone over WebSocket, with media over WebRTC.
//!
//! [`Server::start`] runs one in the calling process; the binary around it reads the command line. The rules of a room are in
//! `houselights_domain`, media forwarding in `houselights_media`; this crate is the sockets, timers and disks around them.

mod actor;
mod announcements;
mod app;
mod archive;
mod bans;
mod bounds;
mod box_office;
pub mod calendar;
pub mod cli;
mod clock;
mod colour;
mod config;
mod courier;
mod csv_files;
mod doors;
mod forgetting;
mod gate;
mod graphql;
mod holders;
mod http;
mod images;
mod inbox;
mod indexing;
mod limits;
mod logging;
pub mod mail;
mod media_link;
mod metrics;
mod oidc;
mod outgoing;
mod payments;
mod post_office;
mod profiles;
mod realtime;
mod registration;
mod replay;
mod reports;
mod run_of_show;
mod server;
mod signature;
mod signed_in;
mod store;
mod supervision;
mod templates;
pub mod udp;
mod wall;
mod webhooks;
mod words;

pub use bounds::typescript as bounds_typescript;
pub use config::{Config, ConfigError, Flags, Founders, LogFormat};
pub use graphql::sdl;
pub use payments::currencies;
pub use server::{EventError, Server, SignInError, SignInLink, StartError, create_event, sign_in_link};
pub use store::{Created, CreatedInvite, Database, NewEvent, NewInvite, OpenError, UnknownEngine};
