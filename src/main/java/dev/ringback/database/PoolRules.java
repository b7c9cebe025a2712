package dev.ringback.database;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/// Which connections the pool gives up beside those that are broken: those that lead to a standby. After a failover they
/// work and write nothing, and would stay in the pool for half an hour.
public final class PoolRules implements SQLExceptionOverride {
    private static final String READ_ONLY = "25006";

    @java.lang.Override
    public SQLExceptionOverride.Override adjudicate(SQLException failure) {
        return READ_ONLY.equals(failure.getSQLState())
                ? SQLExceptionOverride.Override.MUST_EVICT
                : SQLExceptionOverride.Override.CONTINUE_EVICT;
    }
}
