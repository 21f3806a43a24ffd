//! Customer ids, cookie ids and advertising ids.

use nejtack::domain::identifier::{Grade, code};
use nejtack::domain::person::{OpaqueId, Person};

use super::{codes, meet, probed};

fn customer(issuer: &str, value: &str) -> Person {
    let id = OpaqueId { issuer: issuer.to_owned(), value: value.to_owned() };
    Person { customer_ids: vec![id], ..Person::default() }
}

fn telephone(id: &str) -> Person {
    Person { advertising_ids: vec![id.to_owned()], ..Person::default() }
}

#[test]
fn a_customer_id_is_case_sensitive_trimmed_and_its_issuers() {
    let own = customer("crm.exempel.example", "K-10023");
    assert_eq!(meet(&own, &customer(" CRM.exempel.example ", " K-10023\t")), Some(Grade::Exact));
    assert_eq!(meet(&own, &customer("crm.exempel.example", "k-10023")), None);
    assert_eq!(meet(&own, &customer("shop.exempel.example", "K-10023")), None);
    // Where issuer ends and id begins is unambiguous.
    assert_eq!(meet(&customer("ab", "c"), &customer("a", "bc")), None);
    let cookies = Person { cookie_ids: own.customer_ids.clone(), ..Person::default() };
    assert_eq!(meet(&own, &cookies), None);
    assert_eq!(meet(&cookies, &cookies), Some(Grade::Exact));
}

#[test]
fn what_is_no_id_is_refused() {
    for (person, pointer, code) in [
        (customer(" ", "K-1"), "/person/customer_ids/0/issuer", code::UNREADABLE),
        (customer("crm", "K\n1"), "/person/customer_ids/0/value", code::CONTROL_CHARACTERS),
        (customer("crm", "K\u{1f}1"), "/person/customer_ids/0/value", code::CONTROL_CHARACTERS),
        (customer("crm", &"K".repeat(257)), "/person/customer_ids/0/value", code::TOO_LONG),
    ] {
        assert_eq!(codes(&probed(&person)), [(pointer, code)]);
    }
    assert_eq!(probed(&customer("crm", " ")).given, 0);
}

#[test]
fn an_advertising_id_is_lower_cased_and_all_zeros_are_nobodys() {
    let id = "38400000-8CF0-11BD-B23E-10B96E40000D";
    assert_eq!(meet(&telephone(id), &telephone(&id.to_lowercase())), Some(Grade::Exact));
    let nobody = probed(&telephone("00000000-0000-0000-0000-000000000000"));
    assert_eq!(codes(&nobody), [("/person/advertising_ids/0", code::PLACEHOLDER)]);
    assert_eq!(codes(&probed(&telephone("--"))), [("/person/advertising_ids/0", code::UNREADABLE)]);
}
