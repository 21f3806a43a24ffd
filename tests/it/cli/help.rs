//! What `--help` owes to those who read it, and what wrong usage comes to.

use super::{nejtack, stderr};

fn help(arguments: &[&str]) -> String {
    let output = nejtack().args(arguments).arg("--help").output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn help_names_the_variable_and_the_default_of_every_option_of_an_instance() {
    let text = help(&["serve"]);
    let options: Vec<_> = text
        .split("\n\n")
        .collect::<Vec<_>>()
        .join("\n")
        .split("\n      --")
        .skip(1)
        .map(str::to_owned)
        .collect();
    assert!(options.len() > 10, "{text}");
    for option in options {
        let name = option.split([' ', '\n']).next().unwrap_or_default().to_owned();
        if matches!(name.as_str(), "json" | "help" | "version") {
            continue;
        }
        let variable = format!("[env: NEJTACK_{}", name.to_uppercase().replace('-', "_"));
        assert!(option.contains(&variable), "{variable} is missing: --{option}");
        assert!(option.contains("[default: "), "the default is missing: --{option}");
    }
}

#[test]
fn help_never_prints_the_database_password() {
    let output = nejtack()
        .args(["serve", "--help"])
        .env("NEJTACK_DATABASE_URL", "postgres://nejtack:hemligt@db.example/nejtack")
        .output()
        .expect("it runs");
    assert!(!String::from_utf8_lossy(&output.stdout).contains("hemligt"));
}

#[test]
fn wrong_usage_is_exit_code_2_and_says_so_on_stderr() {
    for arguments in [
        &[][..],
        &["sevre"],
        &["groups"],
        &["groups", "add", "tandgruppen"],
        &["serve", "--tls-cert", "cert.pem"],
        &["serve", "--listen", "everywhere"],
        &["serve", "--refuse-kind", "shoe_size"],
        &["serve", "--public-url", "nejtack.example"],
        &["serve", "--trusted-proxy", "10.0.0.0/99"],
        &["clients", "add", "crm", "--role", "wizard"],
        &["clients", "add", "crm", "--role", "staff", "--scope", "everything"],
        &["controllers", "rename", "tandgruppen-malmo"],
        &["token"],
    ] {
        let output = nejtack().args(arguments).output().expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_variable_set_to_nothing_counts_as_not_set() {
    let output = nejtack()
        .args(["serve", "--help"])
        .env("NEJTACK_TLS_CERT", "")
        .env("NEJTACK_LISTEN", "")
        .env("NEJTACK_PUBLIC_URL", "")
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(0));
    let output = nejtack()
        .args(["groups", "list"])
        .env("NEJTACK_DATABASE_URL", "")
        .env("NEJTACK_LOG", "")
        .env("NEJTACK_DATA", "/nowhere/at/all")
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("/nowhere/at/all"), "{}", stderr(&output));
}

#[test]
fn the_version_is_told() {
    let output = nejtack().arg("--version").output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(text.trim(), concat!("nejtack ", env!("CARGO_PKG_VERSION")));
}
