@NullMarked
package dev.ringback.notify.fcm;

import org.jspecify.annotations.NullMarked;
