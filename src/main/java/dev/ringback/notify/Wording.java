package dev.ringback.notify;

/// The words of a notification that a system shows by itself, without the app: on an iPhone's alert token, or through
/// FCM to iOS and the web. Everywhere else the app chooses its own.
///
/// @param title who
/// @param text what
public record Wording(String title, String text) {

    public static Wording of(Notice notice) {
        var audio = "audio".equals(notice.call().callType());
        var text = switch (notice.type()) {
            case INCOMING_CALL -> audio ? "Incoming call" : "Incoming video call";
            case CALL_CANCELLED, CALL_MISSED -> audio ? "Missed call" : "Missed video call";
            case CALL_ANSWERED_ELSEWHERE -> "declined_elsewhere".equals(notice.reason())
                    ? "Declined on another device"
                    : "Answered on another device";
            case CALL_ENDED -> "The call has ended";
            case CALL_RINGING -> "Ringing";
            case CALL_ACCEPTED -> "The call was answered";
            case CALL_REJECTED -> "The call was declined";
        };
        return new Wording(notice.call().callerName(), text);
    }
}
