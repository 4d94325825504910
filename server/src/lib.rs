//! server

pub mod udp;
