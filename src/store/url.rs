//! Where the database is. The scheme alone decides which database it is: SQLite
//! would take any text as a path, and a mistyped URL must not become a file.

use std::fmt;
use std::path::{Path, PathBuf};

use super::StoreError;

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A file in the data folder.
    Sqlite,
    /// A server.
    Postgresql,
}

/// A database's URL, of a known scheme. It may hold a password: `Debug` and
/// `redacted` do not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(pub(super) Target);

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Target {
    Sqlite(PathBuf),
    Postgresql(String),
}

impl DatabaseUrl {
    /// Reads `sqlite:///absolute/path`, `sqlite://relative/path`, `postgres://…`
    /// or `postgresql://…`.
    pub fn parse(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            if path.is_empty() {
                return Err(StoreError::Other("the database URL names no file".into()));
            }
            return Ok(Self::sqlite_file(Path::new(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            require_one_reading(url)?;
            return Ok(Self(Target::Postgresql(url.to_owned())));
        }
        Err(StoreError::Other(
            "the database URL must begin with sqlite://, postgres:// or postgresql://".into(),
        ))
    }

    /// An SQLite database in this file.
    pub fn sqlite_file(path: &Path) -> Self {
        Self(Target::Sqlite(path.to_owned()))
    }

    /// Which database it is.
    pub fn backend(&self) -> Backend {
        match self.0 {
            Target::Sqlite(_) => Backend::Sqlite,
            Target::Postgresql(_) => Backend::Postgresql,
        }
    }

    /// The folder that SQLite's file is in.
    pub(super) fn folder(&self) -> Option<PathBuf> {
        let Target::Sqlite(path) = &self.0 else { return None };
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        Some(folder.unwrap_or(Path::new(".")).to_owned())
    }

    /// The URL for people and logs, without its password.
    pub fn redacted(&self) -> String {
        match &self.0 {
            Target::Sqlite(path) => format!("sqlite://{}", path.display()),
            Target::Postgresql(url) => redact(url),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({})", self.redacted())
    }
}

/// Refuses a password with an unescaped `@`, `/` or `?`: libpq would take a part
/// of it for the server's or the database's name, and quote that in its errors.
fn require_one_reading(url: &str) -> Result<(), StoreError> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    if rest.matches('@').count() == authority.matches('@').count().min(1) {
        return Ok(());
    }
    Err(StoreError::Other(
        "the database URL has an @ that ends no user name: in a password, write %40 for @, \
         %2F for / and %3F for ?"
            .into(),
    ))
}

/// Takes passwords out of a PostgreSQL URL. It would rather hide too much: a
/// password with an unescaped `/`, `?` or `@` is hidden whole.
fn redact(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgresql", url));
    let rest = match rest.rfind('@') {
        Some(at) => match rest[..at].find(':') {
            Some(colon) => format!("{}:***{}", &rest[..colon], &rest[at..]),
            None => rest.to_owned(),
        },
        None => rest.to_owned(),
    };
    let Some((place, query)) = rest.split_once('?') else {
        return format!("{scheme}://{rest}");
    };
    // Names may be percent-encoded, so only those that are known to be harmless stay.
    let query: Vec<&str> = query
        .split('&')
        .filter(|pair| {
            let name = pair.split('=').next().unwrap_or_default();
            ["host", "hostaddr", "port", "dbname", "user", "sslmode"].contains(&name)
        })
        .collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{scheme}://{place}{mark}{}", query.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> String {
        DatabaseUrl::parse(url).expect("a good URL").redacted()
    }

    #[test]
    fn paths_are_absolute_or_relative() {
        let path = |url| match DatabaseUrl::parse(url).expect("a good URL").0 {
            Target::Sqlite(path) => path,
            Target::Postgresql(_) => unreachable!(),
        };
        assert_eq!(path("sqlite:///var/lib/n.db"), Path::new("/var/lib/n.db"));
        assert_eq!(path("sqlite://data/n.db"), Path::new("data/n.db"));
    }

    #[test]
    fn an_unknown_scheme_is_an_error_that_names_the_known() {
        for url in ["", "n.db", "/n.db", "mysql://u:hemligt@h/d", "sqlite:n.db", "sqlite://"] {
            let text = DatabaseUrl::parse(url).expect_err("not ours").to_string();
            assert!(!text.contains("hemligt"), "{text}");
        }
        let text = DatabaseUrl::parse("mysql://h/d").expect_err("not ours").to_string();
        for scheme in ["sqlite://", "postgres://", "postgresql://"] {
            assert!(text.contains(scheme), "{text}");
        }
    }

    #[test]
    fn no_password_is_shown() {
        assert_eq!(shown("postgres://u:hemligt@h:5432/d"), "postgres://u:***@h:5432/d");
        assert_eq!(shown("postgres://u@h/d"), "postgres://u@h/d");
        assert_eq!(
            shown("postgres://h:5432/d?sslmode=require"),
            "postgres://h:5432/d?sslmode=require"
        );
        for url in [
            "postgres:///d?user=u&password=hemligt&host=/tmp",
            "postgres:///d?pass%77ord=hemligt",
            "postgres:///d?sslpassword=hemligt",
        ] {
            let shown = shown(url);
            assert!(!shown.contains("hem") && !shown.contains("ligt"), "{shown}");
        }
        for url in [
            "postgres://u:hem/ligt@h/d",
            "postgres://u:hem?ligt@h/d",
            "postgres://u:hem@ligt@h/d",
            "postgres://h/d?password=hem@ligt",
        ] {
            let error = DatabaseUrl::parse(url).expect_err("ambiguous").to_string();
            for shown in [error, redact(url)] {
                assert!(!shown.contains("hem") && !shown.contains("ligt"), "{shown}");
            }
        }
        let debug = format!("{:?}", DatabaseUrl::parse("postgres://u:hemligt@h/d"));
        assert!(!debug.contains("hemligt"), "{debug}");
    }
}
