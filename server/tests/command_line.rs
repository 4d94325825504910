//! The binary's command line and configuration, as an operator meets them.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::{path::Path, process::Command};

use serde_json::Value;

fn server() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_houselights-server"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HOUSELIGHTS_")) {
        command.env_remove(name);
    }
    command
}

fn config(command: &mut Command) -> Value {
    let output = command.arg("config").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The exit's reason, of a command that must fail.
fn complaint(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

fn write(path: &Path, content: &str) {
    std::fs::write(path, content).unwrap();
}

#[test]
fn a_flag_beats_the_environment_and_the_environment_beats_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("server.toml");
    write(&file, "listen = \"127.0.0.1:1\"\nmax_connections = 1\nframe_burst = 1\nlog_format = \"json\"\n");
    let config = config(
        server()
            .env("HOUSELIGHTS_CONFIG", &file)
            .env("HOUSELIGHTS_LISTEN", "127.0.0.1:2")
            .env("HOUSELIGHTS_MAX_CONNECTIONS", "2")
            .args(["--listen", "127.0.0.1:3"]),
    );
    assert_eq!(config["listen"], "127.0.0.1:3");
    assert_eq!(config["max_connections"], 2);
    assert_eq!(config["frame_burst"], 1);
    assert_eq!(config["log_format"], "json");
    assert_eq!(config["frames_per_second"], 20);
}

#[test]
fn without_anything_the_database_lies_in_the_users_data() {
    let config =
        config(server().env("XDG_DATA_HOME", "/somewhere").env("LOCALAPPDATA", "/somewhere").env("HOME", "/somewhere"));
    let database = config["database"].as_str().unwrap();
    assert!(database.starts_with("/somewhere") && database.ends_with("houselights.db"), "{database}");
}

#[test]
fn an_unknown_key_in_the_file_stops_the_start_and_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("server.toml");
    write(&file, "lisen = \"127.0.0.1:1\"\n");
    let complaint = complaint(server().arg("--config").arg(&file));
    assert!(complaint.contains("lisen"), "{complaint}");
}

#[test]
fn a_database_that_cannot_be_used_stops_the_start_and_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("notes.db");
    write(&file, &"dear diary, ".repeat(500));
    let complaint =
        complaint(server().args(["--listen", "127.0.0.1:0", "--media-listen", "127.0.0.1:0", "--database"]).arg(&file));
    assert!(complaint.contains("is not a Houselights database"), "{complaint}");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let database = dir.path().join("house.db");
    let complaint =
        complaint(server().args(["--media-listen", "127.0.0.1:0", "--listen", &address, "--database"]).arg(database));
    assert!(complaint.contains(&address), "{complaint}");
}

#[test]
fn an_event_is_made_with_an_invite_for_each() {
    let dir = tempfile::tempdir().unwrap();
    let output = server()
        .args(["event", "create", "--title", "Opening night", "--speaker", "Ada", "--producer", "Alan", "--json"])
        .args(["--public-url", "https://show.example/", "--database"])
        .arg(dir.path().join("house.db"))
        .output()
        .unwrap();
    let created: Value = serde_json::from_slice(&output.stdout).unwrap();
    let invites = created["invites"].as_array().unwrap();
    let roles: Vec<_> = invites.iter().map(|invite| (invite["role"].as_str().unwrap(), invite["name"].as_str())).collect();
    assert_eq!(roles, [("speaker", Some("Ada")), ("producer", Some("Alan")), ("attendee", None)]);
    for invite in invites {
        let secret = invite["secret"].as_str().unwrap();
        assert_eq!(invite["web"], format!("https://show.example/join/{secret}"));
        assert_eq!(invite["link"], format!("houselights://join?server=https%3A%2F%2Fshow.example&invite={secret}"));
    }
}

#[test]
fn what_the_server_would_refuse_is_refused_by_the_command_that_prints_the_settings() {
    for (arguments, said) in [
        (["--log", "info,houselights_server=loud"], "the setting `log`"),
        (["--room-idle-seconds", "18446744073709551615"], "`room_idle_seconds` must be between 1 and"),
        (["--public-url", "ftp://show.example"], "`public_url`"),
    ] {
        let complaint = complaint(server().args(arguments).arg("config"));
        assert!(complaint.contains(said), "{complaint}");
    }
}

#[test]
fn what_is_written_wrongly_is_named_and_not_repeated() {
    for (arguments, named) in [
        (&["--listen", "S3CRET"][..], "--listen"),
        (&["--listen=S3CRET"], "--listen"),
        (&["--smtp-url", "smtp://ada:S3CRET@ma il"], "--smtp-url"),
        (&["--smtp-url=smtp://ada:S3CRET@mail.example", "--mail-from", "a@localhost"], "`mail_from`"),
        (&["--mail-from", "S3CRET@localhost", "--smtp-url", "smtp://mail.example"], "`mail_from`"),
        (&["--log-format", "S3CRET"], "[possible values: text, json]"),
        (&["--behind-proxy", "S3CRET"], "--behind-proxy"),
        (&["--max-connections", "S3CRET"], "--max-connections"),
        (&["--strip-key=S3CRET"], "--stripe-key"),
        (&["S3CRET"], "subcommand"),
        (&["config", "S3CRET"], "unexpected argument"),
        (&["--public-url", "https://ada:S3CRET@show.example"], "`public_url`"),
        (&["--app-url", "https://ada:S3CRET@show.example"], "`app_url`"),
        (&["--oidc-issuer", "https://ada:S3CRET@show.example"], "`oidc_issuer`"),
        (&["--log", "info,a=S3CRET"], "`log`"),
        (&["--database", "mysql://ada:S3CRET@db.example/house"], "postgres://"),
        (&["--database", "postgres://ada:S3CRET@127.0.0.1:nowhere/house", "event", "create", "--title", "T"], "postgres://"),
    ] {
        let mut command = server();
        command.args(arguments);
        if !arguments.contains(&"create") {
            command.arg("config");
        }
        let complaint = complaint(&mut command);
        assert!(complaint.contains(named) && !complaint.contains("S3CRET"), "{arguments:?}: {complaint}");
    }
    for (name, value) in
        [("LISTEN", "S3CRET"), ("SMTP_URL", "smtp://ada:S3CRET@ma il"), ("DATABASE", "mysql://ada:S3CRET@db/house")]
    {
        let complaint = complaint(server().env(format!("HOUSELIGHTS_{name}"), value).arg("config"));
        assert!(!complaint.contains("S3CRET"), "{complaint}");
    }
}

#[test]
fn a_database_of_an_unknown_engine_is_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("server.toml");
    write(&file, "database = \"mysql://ada:S3CRET@db.example/house\"\n");
    let told = complaint(server().current_dir(&dir).arg("--config").arg(&file));
    assert!(told.contains("postgres://") && !told.contains("S3CRET"), "{told}");
    let told = complaint(server().current_dir(&dir).args(["--database", "mysql://db.example/house"]));
    assert!(told.contains("`mysql://`"), "{told}");
    assert_eq!(std::fs::read_dir(&dir).unwrap().count(), 1, "nothing was made");
}

#[test]
fn names_that_show_nothing_and_invites_that_are_good_for_no_time_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let create = |arguments: [&str; 2]| {
        let mut command = server();
        command.args(["event", "create", "--title", "T", "--database"]).arg(dir.path().join("house.db")).args(arguments);
        complaint(&mut command)
    };
    assert!(create(["--speaker", "\u{200B}"]).contains("a name has 1 to"));
    assert!(create(["--valid-hours", "0"]).contains("--valid-hours"));
}
