//! The axes of the matrix: what somebody acts as, and what can be done or seen.
//!
//! It must not know who is granted what.

use crate::domain::party::named_enum;

named_enum!(
    /// A column: what somebody acts as.
    Seat {
        /// 公安民警 on patrol.
        Police = "police",
        /// 巡逻辅警 on patrol.
        Auxiliary = "auxiliary",
        /// 园区物业 on patrol.
        Property = "property",
        /// 企业保安 on patrol.
        Guard = "guard",
        /// 热心群众 on patrol.
        Volunteer = "volunteer",
        /// 组长.
        TeamLeader = "team_leader",
        /// 微网格员.
        GridWorker = "grid_worker",
        /// 调解员.
        Mediator = "mediator",
        /// 调度员.
        Dispatcher = "dispatcher",
        /// 值班长.
        DutyChief = "duty_chief",
        /// 街道办.
        StreetOffice = "street_office",
        /// 分析员.
        Analyst = "analyst",
        /// A resident with a link to one incident.
        Resident = "resident",
        /// 系统管理员.
        SystemAdmin = "system_admin",
        /// 安全管理员.
        SecurityAdmin = "security_admin",
        /// 审计管理员.
        AuditAdmin = "audit_admin",
    }
);

impl Seat {
    /// Whether it works at a desk or an admin page, and not on patrol with a phone.
    pub fn has_console(self) -> bool {
        match self {
            Self::Police
            | Self::Auxiliary
            | Self::Property
            | Self::Guard
            | Self::Volunteer
            | Self::TeamLeader
            | Self::GridWorker
            | Self::Mediator
            | Self::Resident => false,
            Self::Dispatcher
            | Self::DutyChief
            | Self::StreetOffice
            | Self::Analyst
            | Self::SystemAdmin
            | Self::SecurityAdmin
            | Self::AuditAdmin => true,
        }
    }
}

named_enum!(
    /// A row: something that can be done or seen.
    Action {
        /// 签到, 签退.
        Duty = "duty",
        /// Sends positions while on duty.
        SendPosition = "send_position",
        /// 一键求助.
        Sos = "sos",
        /// Takes the own 一键求助 back.
        WithdrawSos = "withdraw_sos",
        /// 打卡.
        CheckIn = "check_in",
        /// 上报 from the spot.
        Report = "report",
        /// 热线录入: reports for a caller, perhaps without a point.
        ReportByPhone = "report_by_phone",
        /// 受理, 定级.
        Grade = "grade",
        /// 误报, 作废.
        Dismiss = "dismiss",
        /// The same for a 一键求助.
        DismissSos = "dismiss_sos",
        /// 派单, 改派, 增援, 召回.
        Dispatch = "dispatch",
        /// 并案.
        Merge = "merge",
        /// 转110, 转办, 挂起, 恢复, 升级, 降级.
        Side = "side",
        /// 接单, 拒单, 出发, 到场, 完成.
        Respond = "respond",
        /// 处置记录, 反馈.
        Handle = "handle",
        /// 审核通过, 退回.
        Review = "review",
        /// The same for 刑事 and 治安.
        ReviewPoliceMatter = "review_police_matter",
        /// 评价.
        Rate = "rate",
        /// 重开.
        Reopen = "reopen",
        /// Leads at 一级 and 二级.
        LeadUrgent = "lead_urgent",
        /// Leads at 三级 and 四级.
        LeadOrdinary = "lead_ordinary",
        /// Leads where it is 刑事.
        LeadCriminal = "lead_criminal",
        /// Posts to the district's channel.
        PostToDistrict = "post_to_district",
        /// Posts to an incident's channel.
        PostToIncident = "post_to_incident",
        /// Sees an incident.
        SeeIncident = "see_incident",
        /// Sees who reported it.
        SeeReporter = "see_reporter",
        /// Sees live positions of everybody on duty.
        SeePositions = "see_positions",
        /// Sees live positions of everybody in the own planned shift.
        SeeShiftPositions = "see_shift_positions",
        /// Sees live positions of each of the own team.
        SeeTeamPositions = "see_team_positions",
        /// Sees the own team as one dot.
        SeeTeamDot = "see_team_dot",
        /// Sees where callers for help are.
        SeeCallerPositions = "see_caller_positions",
        /// Gives and withdraws consent to positions.
        Consent = "consent",
        /// Sees who looked at the own tracks.
        SeeOwnAccess = "see_own_access",
        /// Keeps tracks from the purge.
        HoldTracks = "hold_tracks",
        /// Lists the officers that an auxiliary may act under.
        SeeOfficers = "see_officers",
        /// Lists the members of the district.
        SeeMembers = "see_members",
        /// Sees grids, areas, organisations, teams, kinds.
        SeePlaces = "see_places",
        /// Sees who is rostered, and who checked in where.
        SeeRoster = "see_roster",
        /// Looks at where somebody was.
        ViewTrack = "view_track",
        /// Enters a party's name and phone.
        AddParty = "add_party",
        /// Sees that there are parties, masked.
        SeeParties = "see_parties",
        /// Sees a party's name and phone in clear, with a reason.
        RevealParty = "reveal_party",
        /// Sees a member's phone in clear, with a reason.
        RevealPhone = "reveal_phone",
        /// Erases a party's data or a typed text.
        ErasePersonalData = "erase_personal_data",
        /// Lists accounts with their state.
        SeeAccounts = "see_accounts",
        /// Makes, resets, unlocks and disables accounts, and ends their sessions.
        ManageAccounts = "manage_accounts",
        /// Changes a member's role, force, team, grid and organisation.
        AssignDuties = "assign_duties",
        /// Makes somebody one of the three administrators, or no longer.
        AppointAdmins = "appoint_admins",
        /// Makes a district.
        MakeDistrict = "make_district",
        /// Lists the nodes of the installation.
        SeeNodes = "see_nodes",
        /// Reads the audit log.
        SeeAudit = "see_audit",
        /// Imports members, organisations, stations and micro-grids.
        ImportPlaces = "import_places",
        /// 补录 from a file.
        ImportIncidents = "import_incidents",
        /// Sees counts.
        SeeCounts = "see_counts",
        /// 导出.
        Export = "export",
        /// Exports the register (台账), incident by incident.
        ExportIncidents = "export_incidents",
    }
);
