//! Organisations and forces: two lists of five that must not be confused.
//!
//! 村·警·园·企·社 are kinds of organisation; 民警·辅警·物业·保安·群众 are forces of people.

use serde::{Deserialize, Serialize};

use super::id::{DistrictId, GridCode, OrgId};

/// A closed list whose members have a wire name: parse, print, list.
macro_rules! named_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize,
        )]
        #[cfg_attr(test, derive(ts_rs::TS))]
        pub enum $name {
            $($(#[$vmeta])* #[serde(rename = $text)] $variant),+
        }

        impl $name {
            /// Every member, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name on the wire and in the store.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The member with this wire name.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        // utoipa's derive doesn't see a name that a macro hands to serde.
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some(Self::ALL.iter().map(|member| member.as_str())))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}
pub(crate) use named_enum;

named_enum!(
    /// Kind of organisation: 村, 警, 园, 企, 社.
    OrgKind {
        /// 村: a village with its committee.
        Village = "village",
        /// 警: a police station.
        Police = "police",
        /// 园: an industrial park with its property company.
        Park = "park",
        /// 企: a company.
        Company = "company",
        /// 社: a community and its volunteers.
        Community = "community",
    }
);

named_enum!(
    /// The force that a person belongs to.
    Force {
        /// 公安民警.
        Police = "police",
        /// 巡逻辅警.
        Auxiliary = "auxiliary",
        /// 园区物业.
        Property = "property",
        /// 企业保安.
        Guard = "guard",
        /// 热心群众.
        Volunteer = "volunteer",
    }
);

named_enum!(
    /// What a person does in the system, beside the force that they belong to.
    Role {
        /// Patrols; what they may do follows from their force.
        Patrol = "patrol",
        /// 组长: a member of their force who answers for the team.
        TeamLeader = "team_leader",
        /// 微网格员: answers for one micro-grid.
        GridWorker = "grid_worker",
        /// 调解员: a member of their force who settles disputes.
        Mediator = "mediator",
        /// 调度员.
        Dispatcher = "dispatcher",
        /// 值班长.
        DutyChief = "duty_chief",
        /// 街道办.
        StreetOffice = "street_office",
        /// 分析员: works with counts.
        Analyst = "analyst",
        /// 系统管理员: keeps members, organisations and places.
        SystemAdmin = "system_admin",
        /// 安全管理员: says who may do what.
        SecurityAdmin = "security_admin",
        /// 审计管理员: reads the audit log.
        AuditAdmin = "audit_admin",
    }
);

impl Role {
    /// One of the three administrators, who have no part in operations.
    pub fn is_admin(self) -> bool {
        matches!(self, Self::SystemAdmin | Self::SecurityAdmin | Self::AuditAdmin)
    }
}

/// An organisation and the micro-grids that are its own premises.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Organisation {
    /// Its id.
    pub id: OrgId,
    /// The district that it belongs to.
    pub district: DistrictId,
    /// 村, 警, 园, 企 or 社.
    pub kind: OrgKind,
    /// Its name.
    pub name: String,
    /// Its own micro-grids.
    pub grids: Vec<GridCode>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_names_round_trip() {
        for force in Force::ALL {
            assert_eq!(Force::parse(force.as_str()), Some(*force));
            assert_eq!(serde_json::to_string(force).unwrap(), format!("\"{force}\""));
        }
        assert_eq!(Force::parse("army"), None);
        assert_eq!(OrgKind::ALL.len(), 5);
        assert_eq!(Force::ALL.len(), 5);
    }
}
