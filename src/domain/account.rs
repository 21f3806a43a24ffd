//! The names by which a controller's own people are known.

/// Whether this can be an account name: 1 to 64 letters, digits, dots, hyphens and
/// underscores of ASCII. It is kept for ever, so it must not be an e-mail address or a
/// personnummer, with or without its hyphen.
#[must_use]
pub fn is_account_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let digits_in_a_row = name
        .bytes()
        .scan(0, |run, byte| {
            *run = if byte.is_ascii_digit() { *run + 1 } else { 0 };
            Some(*run)
        })
        .max();
    (1..=64).contains(&name.len()) && name.bytes().all(plain) && digits_in_a_row < Some(6)
}

#[cfg(test)]
mod tests {
    use super::is_account_name;

    #[test]
    fn an_account_name_is_no_address_and_no_number() {
        for good in ["anna.aberg", "a", "AB12-3", "u12345", &"x".repeat(64)] {
            assert!(is_account_name(good), "{good}");
        }
        for bad in ["", "a@b", "anna aberg", "åsa", "701104-2392", "197011042392", &"x".repeat(65)]
        {
            assert!(!is_account_name(bad), "{bad}");
        }
    }
}
